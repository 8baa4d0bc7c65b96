"""Terraform on PATH, and its download."""

import hashlib
import io
import socket
import stat
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from studio.toolchain import terraform_binary
from studio.toolchain.toolbox import platform_name

SCRIPT = b'#!/bin/sh\necho \'{"terraform_version": "1.11.4"}\'\n'
ARCHIVE = f"/{terraform_binary.PINNED}/terraform_{terraform_binary.PINNED}_{platform_name()}.zip"
SUMS = f"/{terraform_binary.PINNED}/terraform_{terraform_binary.PINNED}_SHA256SUMS"


class Mirror:
    """A mirror of HashiCorp's releases on loopback."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = mirror.files.get(self.path)
                self.send_response(200 if content is not None else 404)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    served = Mirror()
    yield served
    served.close()


def archive(member: str = "terraform") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(member, SCRIPT)
    return packed.getvalue()


def sums(content: bytes) -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}  {ARCHIVE.rsplit('/', 1)[1]}\n".encode()


def test_fetch_downloads_and_verifies_terraform(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.files = {ARCHIVE: archive(), SUMS: sums(archive())}
    monkeypatch.setenv("STUDIO_TERRAFORM_URL", mirror.url)
    assert terraform_binary.fetched(tmp_path) is None
    binary = Path(terraform_binary.fetch(tmp_path))
    assert binary.read_bytes() == SCRIPT
    assert binary.stat().st_mode & stat.S_IXUSR
    assert terraform_binary.fetched(tmp_path) == str(binary)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({ARCHIVE: archive(), SUMS: sums(b"another")}, "published is"),
        ({ARCHIVE: archive(), SUMS: b"0  other.zip\n"}, "do not name"),
        ({ARCHIVE: archive("README"), SUMS: sums(archive("README"))}, "not a Terraform archive"),
        ({ARCHIVE: b"cut", SUMS: sums(b"cut")}, "not a Terraform archive"),
        ({SUMS: sums(archive())}, "cannot be reached"),
        ({}, "put terraform 1.11 or newer on PATH"),
    ],
)
def test_a_bad_download_installs_nothing(
    mirror: Mirror, tmp_path: Path, files: dict[str, bytes], says: str
) -> None:
    mirror.files = files
    with pytest.raises(terraform_binary.NoTerraform, match=says) as error:
        terraform_binary.fetch(tmp_path, url=mirror.url)
    assert "\n" not in str(error.value)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nabc", "4997 more expected"),
        (b"SSH-2.0-\x1b[2JOpenSSH\r\n", "SSH-2.0- \\[2JOpenSSH"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "cannot be reached"),
        (b"", "without response"),
    ],
    ids=["cut", "not HTTP", "no chunk", "nothing"],
)
def test_a_malformed_response_is_one_line(tmp_path: Path, answer: bytes, says: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(terraform_binary.NoTerraform, match=says) as error:
            terraform_binary.fetch(tmp_path, url=f"http://127.0.0.1:{server.getsockname()[1]}")
        thread.join()
    assert str(error.value).isprintable()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["http://localhost:abc", "http://local host/x", "foo/bar", "http://[::1", "http://\n"]
)
def test_a_malformed_address_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("STUDIO_TERRAFORM_URL", url)
    with pytest.raises(terraform_binary.NoTerraform, match="STUDIO_TERRAFORM_URL") as error:
        terraform_binary.fetch(tmp_path)
    assert str(error.value).isprintable()


def test_a_folder_that_cannot_be_written_is_one_line(mirror: Mirror, tmp_path: Path) -> None:
    mirror.files = {ARCHIVE: archive(), SUMS: sums(archive())}
    (tmp_path / "terraform").touch()
    with pytest.raises(terraform_binary.NoTerraform, match="cannot be written"):
        terraform_binary.fetch(tmp_path / "terraform", url=mirror.url)


def program(folder: Path, name: str, version: str) -> Path:
    path = folder / name
    path.write_text(f'#!/bin/sh\necho \'{{"terraform_version": "{version}"}}\'\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("name", "version", "accepted"),
    [
        ("terraform", "1.11.0", True),
        ("terraform", "1.10.5", False),
        ("terraform", "2.0.0", True),
        ("tofu", "1.10.0", True),
        ("tofu", "1.9.1", False),
    ],
)
def test_on_path_ignores_old_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, version: str, accepted: bool
) -> None:
    path = program(tmp_path, name, version)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert terraform_binary.on_path() == (str(path) if accepted else None)


@pytest.mark.parametrize(("terraform", "chosen"), [("1.11.0", "terraform"), ("1.5.7", "tofu")])
def test_opentofu_replaces_an_old_terraform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terraform: str, chosen: str
) -> None:
    program(tmp_path, "terraform", terraform)
    program(tmp_path, "tofu", "1.10.3")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert terraform_binary.on_path() == str(tmp_path / chosen)
