"""The registry's protocol, over raw HTTP and with skopeo; the action that each request needs."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from studio_emulator import registry
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import (
    ACCOUNT,
    ALICE,
    ARN,
    MANIFEST,
    OCI,
    PULL,
    REGION,
    REPOSITORY,
    Raw,
    Reply,
    allow,
    digest_of,
    manifest_of,
    password_of,
)

PUSH = (
    "BatchCheckLayerAvailability",
    "InitiateLayerUpload",
    "UploadLayerPart",
    "CompleteLayerUpload",
    "PutImage",
)


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


def requests_of(raw: Raw, layer: str) -> dict[str, Callable[[], Reply]]:
    """Action -> a request that needs it."""
    at = f"/v2/{REPOSITORY}"

    def upload() -> str:
        started = raw("POST", f"{at}/blobs/uploads/")
        return str(started.headers["Location"])

    def push_manifest() -> Reply:
        blob = {"mediaType": "x/y", "digest": layer, "size": 5}
        return raw("PUT", f"{at}/manifests/v2", manifest_of(blob, blob), Content_Type=MANIFEST)

    return {
        "BatchCheckLayerAvailability": lambda: raw("HEAD", f"{at}/blobs/{layer}"),
        "InitiateLayerUpload": lambda: raw("POST", f"{at}/blobs/uploads/"),
        "UploadLayerPart": lambda: raw("PATCH", upload(), b"part"),
        "CompleteLayerUpload": lambda: raw("PUT", f"{upload()}?digest={digest_of(b'')}"),
        "PutImage": push_manifest,
        "BatchGetImage": lambda: raw("GET", f"{at}/manifests/v1"),
        "GetDownloadUrlForLayer": lambda: raw("GET", f"{at}/blobs/{layer}"),
        "ListImages": lambda: raw("GET", f"{at}/tags/list"),
    }


@pytest.mark.parametrize("action", [*PUSH, *PULL, "ListImages"])
def test_action_of_each_request(
    aws: Emulator, alice: Callable[..., Any], layer: str, action: str
) -> None:
    every = [*PUSH, *PULL, "ListImages"]
    client = alice(allow(*(each for each in every if each != action)))
    raw = Raw(aws.endpoint_url, password_of(client))
    refused = requests_of(raw, layer)[action]()
    assert refused.status == 403
    if refused.body:
        assert refused.code == "DENIED"
        assert refused.message == (
            f"User: {ALICE} is not authorized to perform: ecr:{action} on resource: {ARN} "
            f"because no identity-based policy allows the ecr:{action} action"
        )
    alice(allow(*every))
    assert requests_of(raw, layer)[action]().status < 300


def test_documented_actions_for_push_and_pull(
    aws: Emulator, alice: Callable[..., Any], layer: str
) -> None:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html"""
    pushing = Raw(aws.endpoint_url, password_of(alice(allow(*PUSH))))
    assert pushing.image("mine", "other")[0].status == 201
    assert pushing("GET", f"/v2/{REPOSITORY}/manifests/mine").status == 403
    pulling = Raw(aws.endpoint_url, password_of(alice(allow(*PULL))))
    assert pulling("GET", f"/v2/{REPOSITORY}/manifests/mine").status == 200
    assert pulling("GET", f"/v2/{REPOSITORY}/blobs/{layer}").body == b"hello"
    assert pulling("POST", f"/v2/{REPOSITORY}/blobs/uploads/").status == 403
