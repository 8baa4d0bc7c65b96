"""Builds images with access only to Debian's archive and PyPI.

The build argument BASE replaces the base of `image/slim`, from a public registry, with a Debian 12
that debootstrap creates. It has scripts in place of the SSM agent, which only AWS publishes, and
the certificates, index and proxy for pip of this machine.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from studio.processes.children import captured
from tests.commands import output_of, write_program

BASE = "localhost/studio-test-base:bookworm"
CACHE = "STUDIO_TEST_CACHE"
"""Environment variable: a folder that caches the base and pip's wheels between runs."""

_MIRROR = "http://deb.debian.org/debian"
# On two busy cores, a build of one minute may take more than four.
_SECONDS = 900
_USER = "1000:100"
_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_AGENT = (
    "amazon-ssm-agent",
    "ssm-agent-worker",
    "ssm-cli",
    "ssm-document-worker",
    "ssm-session-logger",
    "ssm-session-worker",
)
# With all dependencies, and without the package python3, which has pre-dependencies: debootstrap
# would take 30 s of processor time to find them.
_PYTHON = (
    *("python3.11", "python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib"),
    *("libexpat1", "libgssapi-krb5-2", "libk5crypto3", "libkeyutils1", "libkrb5-3"),
    *("libkrb5support0", "libncursesw6", "libnsl2", "libreadline8", "libsqlite3-0", "libssl3"),
    *("libtirpc-common", "libtirpc3", "media-types", "readline-common"),
)
# Documentation: a third of the installed files.
_TEXTS = (
    *("/usr/share/doc/*", "/usr/share/info/*", "/usr/share/man/*", "/usr/share/locale/*/*"),
    "/usr/lib/python3/dist-packages/awscli/examples/*",
)
_STAND_IN = """#!/bin/sh
echo "$0: a stand-in of the project's tests" >&2
[ "$1" = -version ] && echo "SSM Agent version: 0.0.0.0"
"""


def need(*tools: str, root: bool = True) -> None:
    """Skip the test if a tool is missing; fail it in CI. root: debootstrap and chroot need it."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if root and os.geteuid() != 0:
        missing.append("root, which debootstrap and chroot need")
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"missing: {', '.join(missing)}")
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")


@dataclass(frozen=True, kw_only=True)
class Buildah:
    """buildah with its storage below ``folder``."""

    folder: Path
    cache: Path

    @cached_property
    def flags(self) -> list[str]:
        """The options of the storage, also for STUDIO_BUILDAH_FLAGS.

        Uses overlay mounts if they work, because vfs copies the image for each container.
        """
        where = ["--root", str(self.folder / "storage"), "--runroot", str(self.folder / "running")]
        overlay = ["--storage-driver", "overlay", *where]
        if captured(["buildah", *overlay, "from", "scratch"], seconds=60).returncode == 0:
            output_of(["buildah", *overlay, "rm", "--all"], env=os.environ, seconds=60)
            return overlay
        shutil.rmtree(self.folder, ignore_errors=True)
        return ["--storage-driver", "vfs", *where]

    def __call__(self, *words: str) -> str:
        """Run a command; returns its standard output."""
        command = ["buildah", *self.flags, *words]
        done = captured(command, env=self.environment, seconds=_SECONDS)
        if done.returncode:
            raise AssertionError(f"buildah {' '.join(words)}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        """TMPDIR is for temporary files and the cache mounts of RUN."""
        temporary = self.cache / "buildah"
        temporary.mkdir(parents=True, exist_ok=True)
        return {**os.environ, "TMPDIR": str(temporary)}

    def base(self) -> str:
        """Import the Debian base into this storage; returns its name."""
        if BASE not in self("images", "--format", "{{.Name}}:{{.Tag}}").splitlines():
            self("commit", "--rm", self.container(), BASE)
        return BASE

    def container(self) -> str:
        """A new container with the files of the Debian base."""
        container = self("from", "scratch").strip()
        # `buildah add` takes five times as long.
        root = self("mount", container).strip()
        subprocess.run(
            ["tar", "--extract", "--numeric-owner", "--file", str(debian(self.cache)),
             "--directory", root],
            timeout=_SECONDS,
            check=True,
        )  # fmt: skip
        self("umount", container)
        self("config", "--env", _PATH, "--cmd", "/bin/bash", container)
        return container

    def run(
        self, name: str, command: Sequence[str], *, home: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as Studio's user in a new container, with only a loopback device."""
        container = self("from", "--pull-never", name).strip()
        volume = f"--volume={home}:/home/sagemaker-user"
        program = ["buildah", *self.flags, "run", "--isolation", "chroot", "--user", _USER, volume]
        try:
            return captured(
                ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
                 sys.executable, "-c", _WITH_LOOPBACK, *program, container, "--", *command],
                env=self.environment,
                seconds=_SECONDS,
            )  # fmt: skip
        finally:
            self("rm", container)

    def clean(self) -> None:
        """Remove the storage."""
        remove(self.folder)


def remove(folder: Path) -> None:
    """Unmount overlays below an engine's folder, and remove it."""
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in reversed(mounts):
        if Path(mount).is_relative_to(folder):
            subprocess.run(["umount", "--lazy", mount], timeout=60, check=True)
    shutil.rmtree(folder)


# A new network namespace has its loopback device down: SIOCGIFFLAGS, | IFF_UP, SIOCSIFFLAGS.
_WITH_LOOPBACK = """
import fcntl, os, socket, struct, sys
with socket.socket() as device:
    flags = fcntl.ioctl(device, 0x8913, struct.pack("16sh14x", b"lo", 0))[16:18]
    up = struct.unpack("h", flags)[0] | 1
    fcntl.ioctl(device, 0x8914, struct.pack("16sh14x", b"lo", up))
os.execvp(sys.argv[1], sys.argv[1:])
"""


def cache(factory: pytest.TempPathFactory) -> Path:
    """The folder in $STUDIO_TEST_CACHE, or a folder that all workers of this run share."""
    named = os.environ.get(CACHE)
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    return Path(named).resolve() if named else run / "image-cache"


def debian(cache: Path) -> Path:
    """A tar archive of a minimal Debian 12 with Python, cached."""
    return cached(cache / "debian-12-python.tar", _make)


def cached(archive: Path, make: Callable[[Path], object]) -> Path:
    """Create the archive, unless another worker has created it. make: writes it to a path."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with archive.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            part = archive.with_suffix(".part")
            part.unlink(missing_ok=True)
            make(part)
            part.rename(archive)
    return archive


def _make(archive: Path) -> None:
    root = archive.with_suffix("")
    shutil.rmtree(root, ignore_errors=True)
    included = f"--include={','.join(_PYTHON)}"
    command = ["debootstrap", "--variant=minbase", included, "bookworm", str(root), _MIRROR]
    output_of(command, env=os.environ, seconds=_SECONDS)
    _configure(root)
    subprocess.run(
        ["tar", "--numeric-owner", "--create", "--file", str(archive), "--directory", str(root),
         "."],
        timeout=_SECONDS,
        check=True,
    )  # fmt: skip
    shutil.rmtree(root)


def _configure(root: Path) -> None:
    for pattern in (*_TEXTS, "/var/cache/apt/archives/*.deb", "/var/lib/apt/lists/*"):
        for path in root.glob(pattern.removeprefix("/")):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    excluded = "".join(f"path-exclude={texts}\n" for texts in _TEXTS)
    (root / "etc/dpkg/dpkg.cfg.d/small").write_text(f"force-unsafe-io\n{excluded}")
    for name in _AGENT:
        write_program(root / "usr/bin" / name, _STAND_IN)
    (root / "usr/bin/python3").symlink_to("python3.11")
    template = root / "etc/amazon/ssm/seelog.xml.template"
    template.parent.mkdir(parents=True)
    template.write_text("<seelog/>\n")
    (root / "etc/pip.conf").write_text(_pip_configuration(root))


def _pip_configuration(root: Path) -> str:
    lines = ["[global]", "timeout = 60", "retries = 5"]
    certificates = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")
    if certificates and Path(certificates).is_file():
        folder = root / "etc/ssl"
        folder.mkdir(exist_ok=True)
        shutil.copy(certificates, folder / "pip.pem")
        lines.append("cert = /etc/ssl/pip.pem")
    for key in ("index_url", "extra_index_url", "proxy", "trusted_host"):
        value = os.environ.get(f"PIP_{key.upper()}", "")
        if value and not value.startswith("file:"):
            lines.append(f"{key.replace('_', '-')} = {value}")
    return "\n".join(lines) + "\n"
