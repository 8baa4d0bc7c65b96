"""ECR: uploads, images, layers, and encryption keys."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from studio_emulator import registry
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import (
    ACCOUNT,
    REGION,
    REPOSITORY,
    Raw,
    digest_of,
    make_repository,
    manifest_of,
    password_of,
)
from tests.emulator.samples import code_of


def test_put_image(ecr: Any, raw: Raw) -> None:
    _, manifest = raw.image("v1", "hello")
    again = {"repositoryName": REPOSITORY, "imageManifest": manifest.decode()}
    image = ecr.put_image(**again, imageTag="v2")["image"]
    assert image["imageId"] == {"imageDigest": digest_of(manifest), "imageTag": "v2"}
    assert code_of(ecr.put_image, **again, imageTag="v2") == "ImageAlreadyExistsException"
    other = {"imageDigest": digest_of(b"x")}
    assert code_of(ecr.put_image, **again, **other) == "ImageDigestDoesNotMatchException"
    ecr.put_image_tag_mutability(repositoryName=REPOSITORY, imageTagMutability="IMMUTABLE")
    assert code_of(ecr.put_image, **again, imageTag="v2") == "ImageTagAlreadyExistsException"


def test_push_through_the_api(ecr: Any) -> None:
    config = json.dumps({"architecture": "amd64", "os": "linux"}).encode()
    make_repository(ecr)
    for blob in (config, b"layer"):
        upload = ecr.initiate_layer_upload(repositoryName=REPOSITORY)["uploadId"]
        part = {"repositoryName": REPOSITORY, "uploadId": upload}
        middle = len(blob) // 2
        for first, last in ((0, middle - 1), (middle, len(blob) - 1)):
            half = {"partFirstByte": first, "partLastByte": last}
            sent = {**part, **half, "layerPartBlob": blob[first : last + 1]}
            ecr.upload_layer_part(**sent)
            assert code_of(ecr.upload_layer_part, **sent) == "InvalidLayerPartException"
        whole = {**part, "layerDigests": [digest_of(blob)]}
        assert ecr.complete_layer_upload(**whole)["layerDigest"] == digest_of(blob)
        assert code_of(ecr.complete_layer_upload, **whole) == "UploadNotFoundException"
    described = [
        {"mediaType": "any/type", "digest": digest_of(blob), "size": len(blob)}
        for blob in (config, b"layer")
    ]
    manifest = manifest_of(*described).decode()
    ecr.put_image(repositoryName=REPOSITORY, imageManifest=manifest, imageTag="v1")
    uri = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}:v1"
    found = registry.find_image(ACCOUNT, REGION, uri)
    assert found is not None
    assert (found.architecture, found.os) == ("amd64", "linux")


@pytest.mark.parametrize(
    ("digest", "error"),
    [(digest_of(b"layer"), "LayerAlreadyExists"), (digest_of(b"other"), "InvalidLayer")],
)
def test_refused_upload_through_the_api(ecr: Any, raw: Raw, digest: str, error: str) -> None:
    raw.blob(b"layer")
    upload = ecr.initiate_layer_upload(repositoryName=REPOSITORY)["uploadId"]
    part = {"repositoryName": REPOSITORY, "uploadId": upload}
    ecr.upload_layer_part(**part, partFirstByte=0, partLastByte=4, layerPartBlob=b"layer")
    assert code_of(ecr.complete_layer_upload, **part, layerDigests=[digest]) == f"{error}Exception"


def test_batch_delete_image(ecr: Any, raw: Raw) -> None:
    _, manifest = raw.image("v1", "hello")
    raw.image("v2", "hello")
    digest = digest_of(manifest)

    def delete(*images: dict[str, str]) -> tuple[list[Any], list[str]]:
        answer = ecr.batch_delete_image(repositoryName=REPOSITORY, imageIds=list(images))
        return answer.get("imageIds", []), [
            failure["failureCode"] for failure in answer["failures"]
        ]

    assert delete({"imageTag": "v1"}) == ([{"imageDigest": digest, "imageTag": "v1"}], [])
    assert raw("HEAD", f"/v2/{REPOSITORY}/manifests/v2").status == 200
    assert delete({"imageTag": "v1"}, {}) == ([], ["ImageNotFound", "MissingDigestAndTag"])
    assert delete({"imageDigest": digest}) == ([{"imageDigest": digest, "imageTag": "v2"}], [])
    assert ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"] == []


def test_scan_on_push_is_off_when_left_out(ecr: Any) -> None:
    make_repository(ecr, imageScanningConfiguration={"scanOnPush": True})
    ecr.put_image_scanning_configuration(repositoryName=REPOSITORY, imageScanningConfiguration={})
    (shown,) = ecr.describe_repositories()["repositories"]
    assert shown["imageScanningConfiguration"] == {"scanOnPush": False}


def test_absent_layers_and_scans(ecr: Any, raw: Raw) -> None:
    raw.image("v1")
    of = {"repositoryName": REPOSITORY}
    layer = {"layerDigest": digest_of(b"absent")}
    assert code_of(ecr.get_download_url_for_layer, **of, **layer) == "LayersNotFoundException"
    image = {"imageId": {"imageTag": "v1"}}
    assert code_of(ecr.describe_image_scan_findings, **of, **image) == "ScanNotFoundException"


@pytest.mark.parametrize("named", ["arn", "alias"])
def test_repository_with_an_unusable_key(aws: Emulator, ecr: Any, named: str) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/images", TargetKeyId=key)
    name = {"arn": key, "alias": "alias/images"}[named]
    encryption = {"encryptionType": "KMS", "kmsKey": name}
    make_repository(ecr, "good", encryptionConfiguration=encryption)
    kms.disable_key(KeyId=key)
    for unusable in (name, name[:-1] + ("0" if name[-1] != "0" else "1")):
        encryption["kmsKey"] = unusable
        made = {"repositoryName": "bad", "encryptionConfiguration": encryption}
        assert code_of(ecr.create_repository, **made) == "KmsException"


def test_images_need_the_key_of_their_repository(aws: Emulator, ecr: Any) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    make_repository(ecr, encryptionConfiguration={"encryptionType": "KMS", "kmsKey": key})
    raw = Raw(aws.endpoint_url, password_of(ecr))
    named = {"repositoryName": REPOSITORY}
    upload = {**named, "uploadId": ecr.initiate_layer_upload(**named)["uploadId"]}
    reply, manifest = raw.image("v1")
    assert reply.status == 201
    kms.disable_key(KeyId=key)
    part = {"partFirstByte": 0, "partLastByte": 0, "layerPartBlob": b"x"}
    for call, params in (
        (ecr.initiate_layer_upload, named),
        (ecr.upload_layer_part, {**upload, **part}),
        (ecr.complete_layer_upload, {**upload, "layerDigests": [digest_of(b"x")]}),
        (ecr.put_image, {**named, "imageManifest": manifest.decode(), "imageTag": "v2"}),
    ):
        assert code_of(call, **params) == "KmsException"
    found = ecr.batch_get_image(**named, imageIds=[{"imageTag": "v1"}])
    assert (found["images"], found["failures"][0]["failureCode"]) == ([], "KmsError")
    for method, path in (
        ("POST", "blobs/uploads/"),
        ("PUT", "manifests/v2"),
        ("GET", "manifests/v1"),
        ("GET", f"blobs/{json.loads(manifest)['config']['digest']}"),
    ):
        refused = raw(method, f"/v2/{REPOSITORY}/{path}")
        assert (refused.status, refused.code) == (403, "DENIED")
    assert raw("GET", f"/v2/{REPOSITORY}/tags/list").status == 200
    kms.enable_key(KeyId=key)
    assert ecr.batch_get_image(**named, imageIds=[{"imageTag": "v1"}])["images"]
    assert raw("GET", f"/v2/{REPOSITORY}/manifests/v1").status == 200


def test_repository_uris(aws: Emulator, ecr: Any) -> None:
    host = urlsplit(aws.endpoint_url).netloc
    assert make_repository(ecr) == f"{host}/{REPOSITORY}"
    described = ecr.describe_repositories(repositoryNames=[REPOSITORY])["repositories"][0]
    assert described["repositoryUri"] == f"{host}/{REPOSITORY}"
    assert described["repositoryArn"] == f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{REPOSITORY}"
    answer = ecr.get_authorization_token()["authorizationData"][0]
    assert answer["proxyEndpoint"] == f"http://{host}"
