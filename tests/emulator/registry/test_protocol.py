"""The registry's protocol, over raw HTTP and with skopeo."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from studio_emulator import registry
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import (
    ACCOUNT,
    INDEX,
    MANIFEST,
    MISSING,
    OCI,
    REGION,
    REPOSITORY,
    Raw,
    digest_of,
    make_repository,
    manifest_of,
)

LAYER = {"mediaType": "application/octet-stream", "digest": digest_of(b"layer"), "size": 5}


def test_repository_uris(aws: Emulator, ecr: Any) -> None:
    host = urlsplit(aws.endpoint_url).netloc
    assert make_repository(ecr) == f"{host}/{REPOSITORY}"
    described = ecr.describe_repositories(repositoryNames=[REPOSITORY])["repositories"][0]
    assert described["repositoryUri"] == f"{host}/{REPOSITORY}"
    assert described["repositoryArn"] == f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{REPOSITORY}"
    answer = ecr.get_authorization_token()["authorizationData"][0]
    assert answer["proxyEndpoint"] == f"http://{host}"


def test_ping(aws: Emulator, raw: Raw) -> None:
    anonymous = Raw(aws.endpoint_url, None)("GET", "/v2/")
    assert anonymous.status == 401
    assert anonymous.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert raw("GET", "/v2/").status == 200


def test_unknown_repository(raw: Raw) -> None:
    reply = raw("POST", "/v2/nobody/blobs/uploads/")
    assert (reply.status, reply.code) == (404, "NAME_UNKNOWN")
    assert reply.message == (
        f"The repository with name 'nobody' does not exist in the registry with id '{ACCOUNT}'"
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/_catalog"),
        ("DELETE", f"/v2/{REPOSITORY}/manifests/v1"),
        ("POST", f"/v2/{REPOSITORY}/tags/list"),
    ],
)
def test_unsupported_requests(raw: Raw, method: str, path: str) -> None:
    reply = raw(method, path)
    assert (reply.status, reply.code) == (405, "UNSUPPORTED")


def test_push_and_pull(ecr: Any, raw: Raw) -> None:
    reply, manifest = raw.image("v1", "hello")
    assert reply.status == 201
    assert reply.headers["Docker-Content-Digest"] == digest_of(manifest)
    detail = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"][0]
    assert detail["imageDigest"] == digest_of(manifest)
    assert detail["imageTags"] == ["v1"]
    assert detail["imageSizeInBytes"] == len("hello")
    assert detail["imageManifestMediaType"] == MANIFEST
    assert "imageScanStatus" not in detail
    assert ecr.list_images(repositoryName=REPOSITORY)["imageIds"] == [
        {"imageDigest": digest_of(manifest), "imageTag": "v1"}
    ]
    got = ecr.batch_get_image(repositoryName=REPOSITORY, imageIds=[{"imageTag": "v1"}])
    assert got["images"][0]["imageManifest"].encode() == manifest
    layers = ecr.batch_check_layer_availability(
        repositoryName=REPOSITORY, layerDigests=[digest_of(b"hello"), digest_of(b"never")]
    )
    assert [layer["layerDigest"] for layer in layers["layers"]] == [digest_of(b"hello")]
    for reference in ("v1", digest_of(manifest)):
        pulled = raw("GET", f"/v2/{REPOSITORY}/manifests/{reference}")
        assert (pulled.body, pulled.headers["Content-Type"]) == (manifest, MANIFEST)
    assert raw("HEAD", f"/v2/{REPOSITORY}/manifests/v2").status == 404


def test_new_repository_after_a_deletion(ecr: Any, raw: Raw) -> None:
    raw.image("v1", "hello")
    with pytest.raises(ecr.exceptions.RepositoryNotEmptyException):
        ecr.delete_repository(repositoryName=REPOSITORY)
    ecr.delete_repository(repositoryName=REPOSITORY, force=True)
    make_repository(ecr)
    assert raw("HEAD", f"/v2/{REPOSITORY}/manifests/v1").status == 404
    assert raw("HEAD", f"/v2/{REPOSITORY}/blobs/{digest_of(b'hello')}").status == 404


@pytest.mark.parametrize(
    ("change", "media_type", "reference", "status", "code"),
    [
        ({"layers": [MISSING]}, MANIFEST, "v1", 404, "BLOB_UPLOAD_UNKNOWN"),
        ({"config": MISSING}, MANIFEST, "v1", 404, "BLOB_UPLOAD_UNKNOWN"),
        ({"layers": None}, MANIFEST, "v1", 405, "UNSUPPORTED"),
        ({"layers": [{}]}, MANIFEST, "v1", 405, "UNSUPPORTED"),
        ({"schemaVersion": 1}, MANIFEST, "v1", 405, "UNSUPPORTED"),
        ({"layers": [LAYER | {"size": 4}]}, MANIFEST, "v1", 405, "UNSUPPORTED"),
        ({}, OCI, "v1", 405, "UNSUPPORTED"),
        ({}, "text/plain", "v1", 405, "UNSUPPORTED"),
        ({}, MANIFEST, "-bad", 405, "UNSUPPORTED"),
        ({}, MANIFEST, digest_of(b"other"), 400, "MANIFEST_INVALID"),
    ],
)
def test_refused_manifests(
    ecr: Any,
    raw: Raw,
    change: dict[str, Any],
    media_type: str,
    reference: str,
    status: int,
    code: str,
) -> None:
    manifest = json.loads(manifest_of(raw.blob(b"{}"), raw.blob(b"layer"))) | change
    path = f"/v2/{REPOSITORY}/manifests/{reference}"
    reply = raw("PUT", path, json.dumps(manifest).encode(), Content_Type=media_type)
    assert (reply.status, reply.code) == (status, code)
    assert ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"] == []


def test_deeply_nested_manifest(raw: Raw) -> None:
    path = f"/v2/{REPOSITORY}/manifests/v1"
    reply = raw("PUT", path, b"[" * 100_000, Content_Type=MANIFEST)
    assert (reply.status, reply.code) == (405, "UNSUPPORTED")


def test_immutable_tags(ecr: Any, raw: Raw) -> None:
    _, first = raw.image("v1", "one")
    assert raw.image("v1", "two")[0].status == 201
    details = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"]
    tags = {detail["imageDigest"]: detail.get("imageTags") for detail in details}
    assert tags[digest_of(first)] is None
    ecr.put_image_tag_mutability(repositoryName=REPOSITORY, imageTagMutability="IMMUTABLE")
    for text in ("three", "two"):
        reply, _ = raw.image("v1", text)
        assert (reply.status, reply.code) == (400, "TAG_INVALID")
        assert reply.message == (
            f"The image tag 'v1' already exists in the '{REPOSITORY}' repository and cannot be "
            "overwritten because the repository is immutable."
        )
    details = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"]
    assert {detail["imageDigest"] for detail in details} == set(tags)
    assert raw.image("v2", "two")[0].status == 201


def test_index_of_two_architectures(aws: Emulator, ecr: Any, raw: Raw) -> None:
    children = []
    for architecture in ("arm64", "amd64"):
        config = json.dumps({"architecture": architecture, "os": "linux"}).encode()
        body = manifest_of(raw.blob(config), raw.blob(architecture.encode()))
        path = f"/v2/{REPOSITORY}/manifests/{digest_of(body)}"
        children.append(
            {
                "mediaType": MANIFEST,
                "digest": digest_of(body),
                "size": len(body),
                "platform": {"os": "linux", "architecture": architecture},
            }
        )
        if architecture == "arm64":
            assert raw("PUT", path, body, Content_Type=MANIFEST).status == 201
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": children}).encode()
    early = raw("PUT", f"/v2/{REPOSITORY}/manifests/v1", index, Content_Type=INDEX)
    assert (early.status, early.code) == (404, "MANIFEST_BLOB_UNKNOWN")
    assert raw("PUT", path, body, Content_Type=MANIFEST).status == 201
    assert raw("PUT", f"/v2/{REPOSITORY}/manifests/v1", index, Content_Type=INDEX).status == 201
    uri = f"{urlsplit(aws.endpoint_url).netloc}/{REPOSITORY}:v1"
    found = registry.find_image(ACCOUNT, REGION, uri)
    assert found is not None
    assert (found.digest, found.architecture) == (digest_of(index), "amd64")
    wanted = [{"imageDigest": digest_of(body)}]
    refused = ecr.batch_delete_image(repositoryName=REPOSITORY, imageIds=wanted)
    assert refused["failures"][0]["failureCode"] == "ImageReferencedByManifestList"


def test_pages_of_tags(raw: Raw) -> None:
    for tag in ("c", "a", "b"):
        raw.image(tag, "same")
    path = f"/v2/{REPOSITORY}/tags/list"
    assert json.loads(raw("GET", path).body) == {"name": REPOSITORY, "tags": ["a", "b", "c"]}
    assert json.loads(raw("GET", f"{path}?n=%C2%B2").body)["tags"] == ["a", "b", "c"]
    page = raw("GET", f"{path}?n=2")
    assert json.loads(page.body)["tags"] == ["a", "b"]
    following = page.headers["Link"].partition(">")[0].lstrip("<")
    assert json.loads(raw("GET", following).body)["tags"] == ["c"]


def test_inventory(raw: Raw) -> None:
    _, manifest = raw.image("v1")
    assert [(item.type, item.id, item.name) for item in registry.inventory(ACCOUNT, REGION)] == [
        ("image", digest_of(manifest), f"{REPOSITORY}:v1")
    ]


def skopeo(*words: str) -> None:
    finished = subprocess.run(
        ["skopeo", *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode == 0, finished.stderr


def test_skopeo(aws: Emulator, ecr: Any, raw: Raw, tmp_path: Path) -> None:
    if shutil.which("skopeo") is None and not os.environ.get("CI"):
        pytest.skip("skopeo is not installed")
    raw.image("v1", "hello")
    pulled, copied = tmp_path / "pulled", tmp_path / "copied"
    host = urlsplit(aws.endpoint_url).netloc
    auth = tmp_path / "auth.json"
    entry = raw.authorization["Authorization"].removeprefix("Basic ")
    auth.write_text(json.dumps({"auths": {host: {"auth": entry}}}))
    flags = ("--authfile", str(auth))
    source = f"docker://{host}/{REPOSITORY}"
    config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}
    pulled.mkdir()
    blobs = [json.dumps(config).encode(), b"a layer"]
    described = [
        {"mediaType": kind, "size": len(blob), "digest": digest_of(blob)}
        for kind, blob in zip(
            (
                "application/vnd.oci.image.config.v1+json",
                "application/vnd.oci.image.layer.v1.tar",
            ),
            blobs,
            strict=True,
        )
    ]
    manifest = {"schemaVersion": 2, "mediaType": OCI, "config": described[0]}
    body = json.dumps(manifest | {"layers": described[1:]}).encode()
    (pulled / "version").write_text("Directory Transport Version: 1.1\n")
    (pulled / "manifest.json").write_bytes(body)
    for blob in blobs:
        (pulled / digest_of(blob).removeprefix("sha256:")).write_bytes(blob)
    skopeo("copy", *flags, "--preserve-digests", "--dest-tls-verify=false", f"dir:{pulled}",
           f"{source}:sk")  # fmt: skip
    detail = ecr.describe_images(repositoryName=REPOSITORY, imageIds=[{"imageTag": "sk"}])
    assert detail["imageDetails"][0]["imageDigest"] == digest_of(body)
    skopeo("copy", *flags, "--src-tls-verify=false", f"{source}:sk", f"dir:{copied}")
    assert (copied / "manifest.json").read_bytes() == body
    assert (copied / digest_of(b"a layer").removeprefix("sha256:")).read_bytes() == b"a layer"
    skopeo("list-tags", *flags, "--tls-verify=false", source)
