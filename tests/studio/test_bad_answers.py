"""State files, locks, the record and a registry's answers, cut short or hostile: one line each."""

from __future__ import annotations

import contextlib
import http.server
import json
import socketserver
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from settings.record import Record
from studio.images.registry import Registry
from studio.terraform.state.backends import check_moved
from studio.terraform.state.files import StateFile
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Lock, Locked
from tests.studio.hostile import (
    HOSTILE,
    HUGE,
    JSON,
    Answering,
    anything,
    in_one_line,
    members,
)
from tests.studio.terraform.state.test_move import state

STATE = members(["version", "serial", "lineage", "outputs", "resources"])
GOOD = json.loads(state("network"))


@anything
@given(changed=STATE, cut=st.integers(0, 200))
def test_a_damaged_state_is_a_line(changed: dict[str, Any], cut: int) -> None:
    whole = json.dumps({**GOOD, **changed}).encode()
    for content in (whole, whole[:cut]):
        found = in_one_line(partial(StateFile.parse, content, "x.tfstate"))
        assert isinstance(found, StateFile) or "x.tfstate: not a state of Terraform's" in found


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_state_is_a_line_from_its_folder(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "terraform.network.tfstate").write_bytes(content)
    found = in_one_line(lambda: Folder(tmp_path).read("network"))
    assert found is None if not content else "not a state of Terraform's" in found


@anything
@given(document=JSON)
def test_whatever_terraform_notes_of_a_backend_is_passed_over(
    document: Any, tmp_path: Path
) -> None:
    (tmp_path / ".terraform").mkdir(exist_ok=True)
    (tmp_path / ".terraform" / "terraform.tfstate").write_text(json.dumps(document))
    assert in_one_line(lambda: check_moved("x", tmp_path, Folder(tmp_path))) is None


@anything
@given(content=members(["ID", "Operation", "Who", "Created", "Info"]))
def test_whatever_a_lock_says_it_is_a_line(content: dict[str, Any]) -> None:
    lock = Lock.parse(json.dumps(content).encode(), "network")
    assert lock.orphaned is False
    assert str(Locked(lock)).isprintable()
    assert str(Locked(lock)).startswith("network: locked by ")


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_lock_is_a_lock(content: bytes) -> None:
    assert "locked by somebody" in str(Lock.parse(content, "network"))


RECORDS = [*HOSTILE[1:], b"a." * 5_000_000 + b"a = 1", b"a = " + b"[" * 5_000, b"[[slim]]\ntag = 1"]


@pytest.mark.parametrize("content", RECORDS, ids=range(len(RECORDS)))
def test_a_hostile_record_of_versions_is_a_line(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "studio.versions.toml"
    path.write_bytes(content)
    monkeypatch.setenv("STUDIO_VERSIONS", str(path))
    line = in_one_line(Record.load)
    assert line.startswith("studio.versions.toml: ")
    assert line.endswith("run `studio image record`")


class Raw(socketserver.StreamRequestHandler):
    """Answers each request with the next of the bytes that the test put there, and hangs up."""

    answers: ClassVar[list[bytes]] = []

    def handle(self) -> None:
        length = 0
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        self.rfile.read(length)
        with contextlib.suppress(ConnectionError):
            self.wfile.write(type(self).answers.pop(0) if type(self).answers else b"")


@pytest.fixture(scope="module")
def raw() -> Iterator[int]:
    """The port of a server that does not even keep to HTTP."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Raw) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=[0.05], daemon=True)
        thread.start()
        yield serving.server_address[1]
        serving.shutdown()
        thread.join()


STATUS = st.sampled_from([100, 200, 201, 202, 204, 301, 307, 400, 401, 404, 429, 500, 999])
HEADER = st.sampled_from(
    [b"Location", b"Docker-Content-Digest", b"Content-Length", b"Transfer-Encoding", b"X"]
)
VALUE = st.binary(max_size=20) | st.sampled_from(
    [b"/v2/a", b"//[", b"http://[::1", b"/\x7f", b"/%00?_state=x", b"../../x", b"\x1b[2J",
     b"chunked", b"-1", b"99999999999999999999", b"7", b"x" * 70_000, "/\u00e9\u202e".encode()]
)  # fmt: skip
BODY = st.binary(max_size=40) | st.sampled_from(
    [b'{"errors": [{"code": "DENIED", "message": "\\u001b[2J"}]}', b"fffffffffffffffff\r\n", HUGE]
)


def http_answer(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    lines = [b"HTTP/1.1 %d Said" % status, *(b"%b: %b" % header for header in headers), b"", body]
    return b"\r\n".join(lines)


OCI = st.builds(http_answer, STATUS, st.lists(st.tuples(HEADER, VALUE), max_size=3), BODY)


@settings(anything, max_examples=40)
@given(found=st.lists(OCI | OCI.map(lambda whole: whole[:25]) | BODY, min_size=1, max_size=3))
@example(found=[http_answer(404, [], b""), http_answer(202, [(b"Location", b"/up")], b"")])
def test_whatever_a_registry_answers_it_is_a_line(raw: int, found: list[bytes]) -> None:
    Raw.answers = list(found)
    with Registry(f"127.0.0.1:{raw}", "lab/slim", password="x") as registry:
        in_one_line(lambda: registry.push_blob(b"content"))
        in_one_line(lambda: registry.push_manifest("t", b"{}", "x/y"))


@pytest.mark.parametrize("location", ["//[", "http://[::1", "/\x7f", "/%00", "x" * 60_000, "/é"])
@pytest.mark.parametrize("status", [202, 404, 500])
def test_hostile_answers_of_a_registry_are_a_line(
    server: http.server.ThreadingHTTPServer, status: int, location: str
) -> None:
    Answering.status, Answering.content, Answering.location = status, HUGE, location
    try:
        with Registry(f"127.0.0.1:{server.server_port}", "lab/slim", password="x") as registry:
            assert isinstance(in_one_line(lambda: registry.push_blob(b"content")), str)
            assert isinstance(in_one_line(lambda: registry.push_manifest("t", b"{}", "x/y")), str)
    finally:
        Answering.location = ""
