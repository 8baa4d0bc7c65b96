"""The API of ECR with images of the registry."""

import hashlib
import json
import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

from studio_emulator import registry
from studio_emulator.errors import UsageError
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import (
    ACCOUNT,
    MISSING,
    REGION,
    REPOSITORY,
    Raw,
    digest_of,
    make_repository,
    manifest_of,
    password_of,
)


def test_put_image(ecr: Any, raw: Raw) -> None:
    _, manifest = raw.image("v1", "hello")
    again = {"repositoryName": REPOSITORY, "imageManifest": manifest.decode()}
    image = ecr.put_image(**again, imageTag="v2")["image"]
    assert image["imageId"] == {"imageDigest": digest_of(manifest), "imageTag": "v2"}
    with pytest.raises(ecr.exceptions.ImageAlreadyExistsException):
        ecr.put_image(**again, imageTag="v2")
    with pytest.raises(ecr.exceptions.ImageDigestDoesNotMatchException):
        ecr.put_image(**again, imageDigest=digest_of(b"x"))
    foreign = manifest_of(MISSING, MISSING)
    ecr.put_image(repositoryName=REPOSITORY, imageManifest=foreign.decode(), imageTag="v3")
    uri = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}:v3"
    found = registry.find_image(ACCOUNT, REGION, uri)
    assert found is not None
    assert (found.digest, found.architecture) == (digest_of(foreign), "")
    ecr.put_image_tag_mutability(repositoryName=REPOSITORY, imageTagMutability="IMMUTABLE")
    with pytest.raises(ecr.exceptions.ImageTagAlreadyExistsException):
        ecr.put_image(**again, imageTag="v2")


def test_push_through_the_api(ecr: Any) -> None:
    config = json.dumps({"architecture": "amd64", "os": "linux"}).encode()
    make_repository(ecr)
    for blob in (config, b"layer"):
        upload = ecr.initiate_layer_upload(repositoryName=REPOSITORY)["uploadId"]
        part = {"repositoryName": REPOSITORY, "uploadId": upload}
        half = len(blob) // 2
        for first, last in ((0, half - 1), (half, len(blob) - 1)):
            sent = blob[first : last + 1]
            ecr.upload_layer_part(
                **part, partFirstByte=first, partLastByte=last, layerPartBlob=sent
            )
            with pytest.raises(ecr.exceptions.InvalidLayerPartException):
                ecr.upload_layer_part(
                    **part, partFirstByte=first, partLastByte=last, layerPartBlob=sent
                )
        done = ecr.complete_layer_upload(**part, layerDigests=[digest_of(blob)])
        assert done["layerDigest"] == digest_of(blob)
        with pytest.raises(ecr.exceptions.UploadNotFoundException):
            ecr.complete_layer_upload(**part, layerDigests=[digest_of(blob)])
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
    with pytest.raises(ClientError, match=f"{error}Exception"):
        ecr.complete_layer_upload(**part, layerDigests=[digest])


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


def test_scan_on_push(aws: Emulator, ecr: Any) -> None:
    aws.options.update({"scan_findings": ["CRITICAL", "HIGH", "HIGH"], "speed": 1})
    make_repository(ecr, imageScanningConfiguration={"scanOnPush": True})
    Raw(aws.endpoint_url, password_of(ecr)).image("v1")
    asked = {"repositoryName": REPOSITORY, "imageId": {"imageTag": "v1"}}
    found = ecr.describe_image_scan_findings(**asked)
    assert found["imageScanStatus"]["status"] == "IN_PROGRESS"
    assert "imageScanFindings" not in found
    detail = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"][0]
    assert "imageScanFindingsSummary" not in detail
    for outcome in ("FAILED", "UNSUPPORTED_IMAGE"):
        aws.options.update({"scan_outcome": outcome, "speed": 1e6})
        found = ecr.describe_image_scan_findings(**asked)
        assert found["imageScanStatus"]["status"] == outcome
        assert "imageScanFindings" not in found
    with pytest.raises(UsageError, match="one of COMPLETE, FAILED, UNSUPPORTED_IMAGE"):
        aws.options.update({"scan_outcome": "GOOD"})
    aws.options.update({"scan_outcome": "COMPLETE"})
    detail = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"][0]
    assert detail["imageScanStatus"]["status"] == "COMPLETE"
    counts = {"CRITICAL": 1, "HIGH": 2}
    assert detail["imageScanFindingsSummary"]["findingSeverityCounts"] == counts
    found = ecr.describe_image_scan_findings(repositoryName=REPOSITORY, imageId={"imageTag": "v1"})[
        "imageScanFindings"
    ]
    assert [finding["severity"] for finding in found["findings"]] == ["CRITICAL", "HIGH", "HIGH"]


def test_reset_keeps_the_option_scan_findings(aws: Emulator, ecr: Any) -> None:
    aws.options.update({"scan_findings": ["LOW"], "speed": 1e6})
    aws.reset()
    make_repository(ecr, imageScanningConfiguration={"scanOnPush": True})
    Raw(aws.endpoint_url, password_of(ecr)).image("v1")
    found = ecr.describe_image_scan_findings(repositoryName=REPOSITORY, imageId={"imageTag": "v1"})
    assert found["imageScanFindings"]["findingSeverityCounts"] == {"LOW": 1}


def test_layer_url_needs_no_credentials(ecr: Any, raw: Raw) -> None:
    manifest = json.loads(ecr_manifest(ecr, raw))
    digest = manifest["layers"][0]["digest"]
    found = ecr.get_download_url_for_layer(repositoryName=REPOSITORY, layerDigest=digest)
    assert found["layerDigest"] == digest
    with urllib.request.urlopen(found["downloadUrl"], timeout=10) as answer:
        assert f"sha256:{hashlib.sha256(answer.read()).hexdigest()}" == digest
    forged = f"{found['downloadUrl']}x"
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(forged, timeout=10)
    absent = f"sha256:{'0' * 64}"
    with pytest.raises(ecr.exceptions.LayersNotFoundException):
        ecr.get_download_url_for_layer(repositoryName=REPOSITORY, layerDigest=absent)


def ecr_manifest(ecr: Any, raw: Raw) -> str:
    raw.image("v1")
    found = ecr.batch_get_image(repositoryName=REPOSITORY, imageIds=[{"imageTag": "v1"}])
    return str(found["images"][0]["imageManifest"])


def test_scan_on_push_is_off_when_left_out(ecr: Any) -> None:
    make_repository(ecr, imageScanningConfiguration={"scanOnPush": True})
    ecr.put_image_scanning_configuration(repositoryName=REPOSITORY, imageScanningConfiguration={})
    (shown,) = ecr.describe_repositories()["repositories"]
    assert shown["imageScanningConfiguration"] == {"scanOnPush": False}


def test_an_image_that_was_not_scanned(ecr: Any, raw: Raw) -> None:
    raw.image("v1")
    with pytest.raises(ecr.exceptions.ScanNotFoundException):
        ecr.describe_image_scan_findings(repositoryName=REPOSITORY, imageId={"imageTag": "v1"})


def rule(**changes: Any) -> dict[str, Any]:
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20}
    whole = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    for key, value in changes.items():
        (selection if key in selection or key.startswith(("tag", "count")) else whole)[key] = value
    return whole


@pytest.mark.parametrize(
    ("policy", "valid"),
    [
        ({"rules": [rule()]}, True),
        ({"rules": [rule(tagStatus="tagged", tagPrefixList=["v"])]}, True),
        ({"rules": [rule(countType="sinceImagePushed", countUnit="days")]}, True),
        ({"rules": [rule(tagStatus="untagged"), rule(rulePriority=2)]}, True),
        ("{", False),
        ([], False),
        ({}, False),
        ({"rules": []}, False),
        ({"rules": [rule(action="expire")]}, False),
        ({"rules": [rule(action={"type": "delete"})]}, False),
        ({"rules": [rule(selection=None)]}, False),
        ({"rules": [rule(rulePriority="1")]}, False),
        ({"rules": [rule(rulePriority=0)]}, False),
        ({"rules": [rule(countNumber=0)]}, False),
        ({"rules": [rule(countNumber="20")]}, False),
        ({"rules": [rule(countType="sinceImagePushed")]}, False),
        ({"rules": [rule(tagStatus="tagged")]}, False),
        ({"rules": [rule(tagStatus="untagged"), rule(tagStatus="untagged")]}, False),
        ({"rules": [rule(), rule(rulePriority=2, tagStatus="untagged")]}, False),
    ],
)
def test_lifecycle_policies(ecr: Any, policy: Any, valid: bool) -> None:
    make_repository(ecr)
    text = (policy if isinstance(policy, str) else json.dumps(policy)).ljust(100)
    if valid:
        ecr.put_lifecycle_policy(repositoryName=REPOSITORY, lifecyclePolicyText=text)
        stored = ecr.get_lifecycle_policy(repositoryName=REPOSITORY)["lifecyclePolicyText"]
        assert json.loads(stored) == policy
        return
    with pytest.raises(ClientError) as refused:
        ecr.put_lifecycle_policy(repositoryName=REPOSITORY, lifecyclePolicyText=text)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"


def test_unknown_key_of_a_repository(aws: Emulator, ecr: Any) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    encryption = {"encryptionType": "KMS", "kmsKey": key}
    make_repository(ecr, "good", encryptionConfiguration=encryption)
    encryption["kmsKey"] = key[:-1] + ("0" if key[-1] != "0" else "1")
    with pytest.raises(ecr.exceptions.KmsException):
        make_repository(ecr, "bad", encryptionConfiguration=encryption)


EXPIRING: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "keeps the newest": ([rule(countNumber=2)], ["b1", "b2"]),
    "prefix of tags": (
        [rule(countNumber=1, tagStatus="tagged", tagPrefixList=["a"])],
        ["a2", "b1", "b2"],
    ),
    "priority of rules": (
        [
            rule(countNumber=2, tagStatus="tagged", tagPatternList=["a*"]),
            rule(countNumber=1, rulePriority=2),
        ],
        ["a1", "a2", "b2"],
    ),
    "untagged only": ([rule(countNumber=1, tagStatus="untagged")], ["a1", "a2", "b1", "b2"]),
}


@pytest.mark.parametrize(("rules", "stay"), EXPIRING.values(), ids=EXPIRING)
def test_lifecycle_policy_expires_images(
    aws: Emulator, ecr: Any, raw: Raw, rules: list[dict[str, Any]], stay: list[str]
) -> None:
    def tags() -> list[str]:
        images = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"]
        return sorted(tag for image in images for tag in image["imageTags"])

    pushed = ["a1", "a2", "b1", "b2"]
    for tag in pushed:
        raw.image(tag, tag)
    ecr.put_lifecycle_policy(
        repositoryName=REPOSITORY, lifecyclePolicyText=json.dumps({"rules": rules})
    )
    aws.options.update({"speed": 1})
    assert tags() == pushed
    ecr.put_lifecycle_policy(
        repositoryName=REPOSITORY,
        lifecyclePolicyText=json.dumps({"rules": [rule(countNumber=9)]}),
    )
    assert tags() == pushed
    aws.options.update({"speed": 1e9})
    ecr.put_lifecycle_policy(
        repositoryName=REPOSITORY, lifecyclePolicyText=json.dumps({"rules": rules})
    )
    tags()
    time.sleep(0.001)
    assert tags() == stay
