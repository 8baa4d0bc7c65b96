"""Images of the registry by URI."""

import json

import pytest

from studio_emulator import registry
from tests.emulator.registry.oci import ACCOUNT, INDEX, MANIFEST, REGION, REPOSITORY, Raw, digest_of


@pytest.mark.parametrize(
    "host", ["{own}", f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"], ids=["own", "ecr"]
)
def test_find_image(raw: Raw, host: str) -> None:
    _, manifest = raw.image("v1", "hello", architecture="arm64")
    repository = f"{host.format(own=raw.host)}/{REPOSITORY}"
    digest = digest_of(manifest)
    for reference in (":v1", f"@{digest}", f":v1@{digest}"):
        found = registry.find_image(ACCOUNT, REGION, repository + reference)
        assert found is not None
        assert (found.digest, found.architecture, found.os) == (digest, "arm64", "linux")
        assert found.config["t"] == "hello"
    for reference in ("", ":v2", f":v2@{digest}", f"@{digest_of(b'x')}", "/x:v1", ":v1@sha256:1"):
        assert registry.find_image(ACCOUNT, REGION, repository + reference) is None


def test_index_without_an_image_for_amd64(raw: Raw) -> None:
    _, manifest = raw.image("arm", architecture="arm64")
    child = {"mediaType": MANIFEST, "digest": digest_of(manifest), "size": len(manifest)}
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [child]}).encode()
    assert raw.put(index, media_type=INDEX).status == 201
    found = registry.find_image(ACCOUNT, REGION, f"{raw.host}/{REPOSITORY}:v1")
    assert found is not None
    assert (found.digest, found.architecture) == (digest_of(index), "arm64")


@pytest.mark.parametrize(
    "uri", ["registry.example.com/{name}:v1", "127.0.0.1:1/{name}:v1", "{name}:v1", ""]
)
def test_find_image_in_another_registry(raw: Raw, uri: str) -> None:
    raw.image("v1")
    assert registry.find_image(ACCOUNT, REGION, uri.format(name=REPOSITORY)) is None
