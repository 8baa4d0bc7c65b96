"""Terraform on PATH, and its download."""

import hashlib
import io
import socket
import stat
import threading
import zipfile
from pathlib import Path

import pytest

from studio.toolchain import terraform_binary
from studio.toolchain.toolbox import platform_name
from tests.studio.toolchain.samples import program

SCRIPT = b'#!/bin/sh\necho \'{"terraform_version": "1.11.4"}\'\n'
ARCHIVE = f"terraform_{terraform_binary.PINNED}_{platform_name()}.zip"
SUMS = f"terraform_{terraform_binary.PINNED}_SHA256SUMS"


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the pinned version in a mirror of HashiCorp's releases."""
    folder = tmp_path / "mirror" / terraform_binary.PINNED
    folder.mkdir(parents=True)
    monkeypatch.setenv("STUDIO_TERRAFORM_URL", folder.parent.as_uri())
    return folder


def archive(member: str = "terraform") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(member, SCRIPT)
    return packed.getvalue()


def sums(content: bytes) -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}  {ARCHIVE}\n".encode()


def serve(mirror: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (mirror / name).write_bytes(content)


def test_fetch_downloads_and_verifies_terraform(mirror: Path, tmp_path: Path) -> None:
    serve(mirror, {ARCHIVE: archive(), SUMS: sums(archive())})
    assert terraform_binary.downloaded(tmp_path) is None
    binary = Path(terraform_binary.download(tmp_path))
    assert binary.read_bytes() == SCRIPT
    assert binary.stat().st_mode & stat.S_IXUSR
    assert terraform_binary.downloaded(tmp_path) == str(binary)


@pytest.mark.parametrize("variable", [None, ""])
def test_without_a_mirror_hashicorps_releases_are_read_over_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str | None
) -> None:
    monkeypatch.delenv("STUDIO_TERRAFORM_URL", raising=False)
    if variable is not None:
        monkeypatch.setenv("STUDIO_TERRAFORM_URL", variable)
    base = f"https://releases.hashicorp.com/terraform/{terraform_binary.PINNED}"
    released = {f"{base}/{ARCHIVE}": archive(), f"{base}/{SUMS}": sums(archive())}

    def urlopen(url: str, *, timeout: float) -> io.BytesIO:
        assert timeout == 60
        return io.BytesIO(released.pop(url))

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    assert Path(terraform_binary.download(tmp_path)).read_bytes() == SCRIPT
    assert released == {}


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
    mirror: Path, tmp_path: Path, files: dict[str, bytes], says: str
) -> None:
    serve(mirror, files)
    with pytest.raises(terraform_binary.NoTerraform, match=says) as error:
        terraform_binary.download(tmp_path / "kept")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "kept").exists()


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
def test_a_malformed_response_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes, says: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def respond() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=respond)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("STUDIO_TERRAFORM_URL", url)
        with pytest.raises(terraform_binary.NoTerraform, match=says) as error:
            terraform_binary.download(tmp_path)
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
        terraform_binary.download(tmp_path)
    assert str(error.value).isprintable()


def test_a_folder_that_cannot_be_written_is_one_line(mirror: Path, tmp_path: Path) -> None:
    serve(mirror, {ARCHIVE: archive(), SUMS: sums(archive())})
    (tmp_path / "terraform").touch()
    with pytest.raises(terraform_binary.NoTerraform, match="cannot be written"):
        terraform_binary.download(tmp_path / "terraform")


@pytest.mark.parametrize(
    ("versions", "chosen"),
    [
        ({"terraform": "1.11.0"}, "terraform"),
        ({"terraform": "1.10.5"}, None),
        ({"terraform": "2.0.0"}, "terraform"),
        ({"tofu": "1.10.0"}, "tofu"),
        ({"tofu": "1.9.1"}, None),
        ({"terraform": "1.11.0", "tofu": "1.10.3"}, "terraform"),
        ({"terraform": "1.5.7", "tofu": "1.10.3"}, "tofu"),
    ],
)
def test_on_path_ignores_old_versions_and_prefers_terraform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, versions: dict[str, str], chosen: str | None
) -> None:
    for name, version in versions.items():
        program(tmp_path, name, version)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert terraform_binary.on_path() == (chosen and str(tmp_path / chosen))
