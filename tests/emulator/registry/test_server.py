"""The registry's protocol; the action that each request needs."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator import registry
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import (
    ACCOUNT,
    ALICE,
    ARN,
    MANIFEST,
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

ACTIONS = (
    "BatchCheckLayerAvailability",
    "InitiateLayerUpload",
    "UploadLayerPart",
    "CompleteLayerUpload",
    "PutImage",
    *PULL,
    "ListImages",
)


def test_registry_requires_credentials_and_has_no_faults(aws: Emulator, raw: Raw) -> None:
    aws.faults.set({"faults": [{"kind": "drop"}]})
    anonymous = Raw(aws.endpoint_url)("GET", "/v2/")
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
        ("DELETE", f"/v2/{REPOSITORY}/blobs/{digest_of(b'')}"),
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


def send(action: str, client: Raw, root: Raw, layer: str) -> Reply:
    """Send the client's request that needs this action; root has started its upload."""
    at = f"/v2/{REPOSITORY}"
    upload = root("POST", f"{at}/blobs/uploads/").headers["Location"]
    blob = {"mediaType": "x/y", "digest": layer, "size": 5}
    requests: dict[str, tuple[Any, ...]] = {
        "BatchCheckLayerAvailability": ("HEAD", f"{at}/blobs/{layer}"),
        "InitiateLayerUpload": ("POST", f"{at}/blobs/uploads/"),
        "UploadLayerPart": ("PATCH", upload, b"part"),
        "CompleteLayerUpload": ("PUT", f"{upload}?digest={digest_of(b'')}"),
        "PutImage": ("PUT", f"{at}/manifests/v2", manifest_of(blob, blob)),
        "BatchGetImage": ("GET", f"{at}/manifests/v1"),
        "GetDownloadUrlForLayer": ("GET", f"{at}/blobs/{layer}"),
        "ListImages": ("GET", f"{at}/tags/list"),
    }
    return client(*requests[action], Content_Type=MANIFEST)


@pytest.mark.parametrize("action", ACTIONS)
def test_action_of_each_request(
    aws: Emulator, alice: Callable[..., Any], raw: Raw, layer: str, action: str
) -> None:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html"""
    client = Raw(aws.endpoint_url, password_of(alice(allow(action))))
    assert send(action, client, raw, layer).status < 300
    alice(allow(*(other for other in ACTIONS if other != action)))
    refused = send(action, client, raw, layer)
    assert refused.status == 403
    if refused.body:
        assert refused.code == "DENIED"
        assert refused.message == (
            f"User: {ALICE} is not authorized to perform: ecr:{action} on resource: {ARN} "
            f"because no identity-based policy allows the ecr:{action} action"
        )
