"""The registry's protocol, over raw HTTP and with skopeo."""

import hashlib
import http.client
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from studio_emulator import registry
from studio_emulator.registry import tokens
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
    _basic,
    digest_of,
    make_repository,
    manifest_of,
    password_of,
)

LAYER = {"mediaType": "application/octet-stream", "digest": digest_of(b"layer"), "size": 5}


def _token(*, now: float) -> tuple[str, tokens.Grant]:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    return tokens.issue(ACCOUNT, REGION, now=now, access_key="emulated", caller=root)


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


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (_basic("AWS", "made-up"), 400),
        (_basic("alice", _token(now=2e9)[0]), 400),
        (_basic("AWS", _token(now=0)[0]), 403),
        ({"Authorization": "Basic ???"}, 400),
        ({"Authorization": "Bearer abc"}, 401),
    ],
)
def test_invalid_credentials(raw: Raw, authorization: dict[str, str], status: int) -> None:
    raw.authorization = authorization
    path = f"/v2/{REPOSITORY}/blobs/uploads/"
    assert raw("POST", path, b"x" * 3_000_000).status == status


def test_token_expires_after_12_hours() -> None:
    password, grant = _token(now=1_000_000)
    header = _basic("AWS", password)["Authorization"]
    assert tokens.grant_of(header, now=1_000_000 + 12 * 3600 - 1) == grant
    with pytest.raises(Exception, match="has expired"):
        tokens.grant_of(header, now=1_000_000 + 12 * 3600)


@pytest.mark.usefixtures("raw")
def test_token_is_valid_in_one_region(aws: Emulator) -> None:
    elsewhere = Raw(aws.endpoint_url, password_of(aws.client("ecr", region="eu-west-1")))
    assert elsewhere("GET", f"/v2/{REPOSITORY}/tags/list").code == "NAME_UNKNOWN"


def test_upload_in_chunks_and_its_status(raw: Raw) -> None:
    content = os.urandom(70_000)
    started = raw("POST", f"/v2/{REPOSITORY}/blobs/uploads/")
    assert started.status == 202
    location = started.headers["Location"]
    first = raw("PATCH", location, content[:30_000], Content_Range="0-29999")
    assert (first.status, first.headers["Range"]) == (202, "0-29999")
    gap = raw("PATCH", location, content[50_000:], Content_Range="50000-69999")
    assert (gap.status, gap.code) == (416, "BLOB_UPLOAD_INVALID")
    status = raw("GET", location)
    assert (status.status, status.headers["Range"]) == (204, "0-29999")
    pieces = iter([content[30_000:40_000], content[40_000:60_000]])
    assert raw("PATCH", location, pieces).headers["Range"] == "0-59999"
    done = raw("PUT", f"{location}?digest={digest_of(content)}", content[60_000:])
    assert done.status == 201
    blob = f"/v2/{REPOSITORY}/blobs/{digest_of(content)}"
    assert raw("GET", blob).body == content
    head = raw("HEAD", blob)
    assert (head.status, head.headers["Content-Length"], head.body) == (200, "70000", b"")
    assert raw("GET", location).code == "BLOB_UPLOAD_UNKNOWN"


def test_upload_with_a_wrong_digest(raw: Raw) -> None:
    location = raw("POST", f"/v2/{REPOSITORY}/blobs/uploads/").headers["Location"]
    wrong = digest_of(b"other")
    reply = raw("PUT", f"{location}?digest={wrong}", b"content")
    assert (reply.status, reply.code) == (400, "DIGEST_INVALID")
    assert raw("GET", f"/v2/{REPOSITORY}/blobs/{wrong}").code == "BLOB_UNKNOWN"
    assert raw("GET", location).code == "BLOB_UPLOAD_UNKNOWN"


def test_cancelled_upload(raw: Raw) -> None:
    location = raw("POST", f"/v2/{REPOSITORY}/blobs/uploads/").headers["Location"]
    assert raw("DELETE", location).status == 204
    assert raw("PATCH", location, b"x").code == "BLOB_UPLOAD_UNKNOWN"


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


def test_mount_requires_an_image_with_the_blob(ecr: Any, raw: Raw) -> None:
    make_repository(ecr, "other")
    raw.blob(b"hello")
    path = f"/v2/other/blobs/uploads/?mount={digest_of(b'hello')}&from={REPOSITORY}"
    assert raw("POST", path).status == 202
    raw.image("v1", "hello")
    assert raw("POST", path).status == 201
    assert raw("GET", f"/v2/other/blobs/{digest_of(b'hello')}").body == b"hello"


@pytest.mark.parametrize(
    "host", ["{own}", f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"], ids=["own", "ecr"]
)
def test_find_image(aws: Emulator, raw: Raw, host: str) -> None:
    _, manifest = raw.image("v1", "hello", architecture="arm64")
    repository = f"{host.format(own=urlsplit(aws.endpoint_url).netloc)}/{REPOSITORY}"
    digest = digest_of(manifest)
    for reference in (":v1", f"@{digest}", f":v1@{digest}"):
        found = registry.find_image(ACCOUNT, REGION, repository + reference)
        assert found is not None
        assert (found.digest, found.architecture, found.os) == (digest, "arm64", "linux")
        assert found.config["t"] == "hello"
    for reference in ("", ":v2", f":v2@{digest}", f"@{digest_of(b'x')}", "/x:v1", ":v1@sha256:1"):
        assert registry.find_image(ACCOUNT, REGION, repository + reference) is None


@pytest.mark.parametrize(
    "uri", ["registry.example.com/{name}:v1", "127.0.0.1:1/{name}:v1", "{name}:v1", ""]
)
def test_find_image_in_another_registry(raw: Raw, uri: str) -> None:
    raw.image("v1")
    assert registry.find_image(ACCOUNT, REGION, uri.format(name=REPOSITORY)) is None


def test_option_break_uploads(aws: Emulator, raw: Raw) -> None:
    aws.options.update({"break_uploads": 1})
    begun = raw("POST", f"/v2/{REPOSITORY}/blobs/uploads/").headers["Location"]
    with pytest.raises(http.client.RemoteDisconnected):
        raw("PATCH", begun, b"layer")
    assert raw("PATCH", begun, b"layer").headers["Range"] == "0-4"


def test_inventory(raw: Raw) -> None:
    _, manifest = raw.image("v1")
    assert [(item.type, item.id, item.name) for item in registry.inventory(ACCOUNT, REGION)] == [
        ("image", digest_of(manifest), f"{REPOSITORY}:v1")
    ]


def resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def test_memory_of_a_large_push(raw: Raw) -> None:
    piece = b"\0" * (1 << 20)
    pieces = 120
    whole = hashlib.sha256()
    before = resident_bytes()
    most = before

    def body() -> Iterator[bytes]:
        nonlocal most
        for _ in range(pieces):
            whole.update(piece)
            yield piece
            most = max(most, resident_bytes())

    location = raw("POST", f"/v2/{REPOSITORY}/blobs/uploads/").headers["Location"]
    assert raw("PATCH", location, body()).status == 202
    digest = f"sha256:{whole.hexdigest()}"
    assert raw("PUT", f"{location}?digest={digest}").status == 201
    head = raw("HEAD", f"/v2/{REPOSITORY}/blobs/{digest}")
    assert int(head.headers["Content-Length"]) == pieces * len(piece)
    assert max(most, resident_bytes()) - before < 60 << 20


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
