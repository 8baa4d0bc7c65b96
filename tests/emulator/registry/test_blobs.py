"""Uploads of blobs to the registry."""

import hashlib
import http.client
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.registry.oci import REPOSITORY, Raw, digest_of, make_repository


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


def test_upload_of_another_repository(ecr: Any, raw: Raw) -> None:
    make_repository(ecr, "other")
    location = raw("POST", f"/v2/{REPOSITORY}/blobs/uploads/").headers["Location"]
    elsewhere = location.replace(REPOSITORY, "other")
    assert raw("PATCH", elsewhere, b"x").code == "BLOB_UPLOAD_UNKNOWN"


def test_mount_requires_an_image_with_the_blob(ecr: Any, raw: Raw) -> None:
    make_repository(ecr, "other")
    raw.blob(b"hello")
    path = f"/v2/other/blobs/uploads/?mount={digest_of(b'hello')}&from={REPOSITORY}"
    assert raw("POST", path).status == 202
    raw.image("v1", "hello")
    assert raw("POST", path).status == 201
    assert raw("GET", f"/v2/other/blobs/{digest_of(b'hello')}").body == b"hello"


def test_option_break_uploads(aws: Emulator, raw: Raw) -> None:
    aws.options.update({"break_uploads": 1})
    begun = raw("POST", f"/v2/{REPOSITORY}/blobs/uploads/").headers["Location"]
    with pytest.raises(http.client.RemoteDisconnected):
        raw("PATCH", begun, b"layer")
    assert raw("PATCH", begun, b"layer").headers["Range"] == "0-4"


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


def test_new_repository_after_a_deletion(ecr: Any, raw: Raw) -> None:
    raw.image("v1", "hello")
    with pytest.raises(ecr.exceptions.RepositoryNotEmptyException):
        ecr.delete_repository(repositoryName=REPOSITORY)
    ecr.delete_repository(repositoryName=REPOSITORY, force=True)
    make_repository(ecr)
    assert raw("HEAD", f"/v2/{REPOSITORY}/manifests/v1").status == 404
    assert raw("HEAD", f"/v2/{REPOSITORY}/blobs/{digest_of(b'hello')}").status == 404
