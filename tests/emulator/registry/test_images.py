"""Manifests of images and indexes: refused ones, tags, references."""

import json
from typing import Any

import pytest

from studio_emulator import registry
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
    manifest_of,
)

LAYER = {"mediaType": "application/octet-stream", "digest": digest_of(b"layer"), "size": 5}


@pytest.mark.parametrize(
    ("change", "media_type", "reference", "status", "code"),
    [
        ({"layers": [MISSING]}, MANIFEST, "v1", 404, "BLOB_UPLOAD_UNKNOWN"),
        ({"config": MISSING}, MANIFEST, "v1", 404, "BLOB_UPLOAD_UNKNOWN"),
        ({"layers": None}, MANIFEST, "v1", 405, "UNSUPPORTED"),
        ({"config": None}, MANIFEST, "v1", 405, "UNSUPPORTED"),
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
    reply = raw.put(json.dumps(manifest).encode(), reference, media_type=media_type)
    assert (reply.status, reply.code) == (status, code)
    assert ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"] == []


def test_manifest_that_is_deeply_nested_or_has_more_than_4_mib(raw: Raw) -> None:
    nested, large = raw.put(b"[" * 100_000), raw.put(b" " * ((4 << 20) + 1))
    assert (nested.status, nested.code) == (405, "UNSUPPORTED")
    assert (large.status, large.code) == (400, "MANIFEST_INVALID")


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


def test_tags_excluded_from_immutability(ecr: Any, raw: Raw) -> None:
    ecr.put_image_tag_mutability(
        repositoryName=REPOSITORY,
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "dev*"}],
    )
    for tag, statuses in (("dev-1", [201, 201]), ("v1", [201, 400])):
        assert [raw.image(tag, text)[0].status for text in ("one", "two")] == statuses


def test_index_of_two_architectures(ecr: Any, raw: Raw) -> None:
    scanning = {"scanOnPush": True}
    ecr.put_image_scanning_configuration(
        repositoryName=REPOSITORY, imageScanningConfiguration=scanning
    )
    children = []
    for architecture, layer in (("arm64", b"a larger layer"), ("amd64", b"layer")):
        config = json.dumps({"architecture": architecture, "os": "linux"}).encode()
        body = manifest_of(raw.blob(config), raw.blob(layer))
        children.append(
            {
                "mediaType": MANIFEST,
                "digest": digest_of(body),
                "size": len(body),
                "platform": {"os": "linux", "architecture": architecture},
            }
        )
        if architecture == "arm64":
            assert raw.put(body, digest_of(body)).status == 201
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": children}).encode()
    early = raw.put(index, media_type=INDEX)
    assert (early.status, early.code) == (404, "MANIFEST_BLOB_UNKNOWN")
    assert raw.put(body, digest_of(body)).status == 201
    assert raw.put(index, media_type=INDEX).status == 201
    found = registry.find_image(ACCOUNT, REGION, f"{raw.host}/{REPOSITORY}:v1")
    assert found is not None
    assert (found.digest, found.architecture) == (digest_of(index), "amd64")
    (shown,) = ecr.describe_images(
        repositoryName=REPOSITORY, imageIds=[{"imageDigest": digest_of(index)}]
    )["imageDetails"]
    assert (shown["imageSizeInBytes"], "imageScanStatus" in shown) == (14, False)
    wanted = [{"imageDigest": digest_of(body)}]
    refused = ecr.batch_delete_image(repositoryName=REPOSITORY, imageIds=wanted)
    assert refused["failures"][0]["failureCode"] == "ImageReferencedByManifestList"
