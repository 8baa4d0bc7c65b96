"""Finds a new enough Terraform or OpenTofu on PATH; downloads a Terraform, checks its checksum.

Standard library only: `make setup` runs this before the virtual environment exists.
"""

import hashlib
import http.client
import io
import json
import os
import re
import shutil
import subprocess
import urllib.request
import zipfile
import zlib
from pathlib import Path

from studio.toolchain.toolbox import platform_name

PINNED = "1.11.4"
_OLDEST = {"terraform": (1, 11), "tofu": (1, 10)}
"""The first versions with a stable ``use_lockfile`` for state in S3."""

_RELEASED = frozenset({"linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"})


class NoTerraform(Exception):
    """Terraform is missing and cannot be downloaded. The message, one line, says how to get it."""

    def __init__(self, message: str) -> None:
        # The message may quote the response of any server.
        super().__init__("".join(c if c.isprintable() else " " for c in message))


def on_path() -> str | None:
    """The path of a supported Terraform on PATH, else of a supported OpenTofu."""
    for name, oldest in _OLDEST.items():
        found = shutil.which(name)
        if found and (version := _version(found)) and version >= oldest:
            return found
    return None


def downloaded(folder: Path) -> str | None:
    """The path of Terraform ``PINNED`` under ``folder``; None before ``download``."""
    binary = _binary(folder)
    return str(binary) if binary.is_file() else None


def download(folder: Path) -> str:
    """Download Terraform ``PINNED`` to ``folder``; returns its path.

    ``$STUDIO_TERRAFORM_URL`` names a mirror of releases.hashicorp.com/terraform. Verifies the
    published SHA-256 of the archive before writing.

    Raises NoTerraform if the download fails, does not match or cannot be written.
    """
    named = os.environ.get("STUDIO_TERRAFORM_URL")
    base = (named or "https://releases.hashicorp.com/terraform").rstrip("/")
    archive = f"terraform_{PINNED}_{_platform()}.zip"
    published = _published(_get(f"{base}/{PINNED}/terraform_{PINNED}_SHA256SUMS"), archive)
    content = _get(f"{base}/{PINNED}/{archive}")
    actual = hashlib.sha256(content).hexdigest()
    if actual != published:
        raise NoTerraform(
            f"{base}/{PINNED}/{archive}: its SHA-256 is {actual}, published is {published}; "
            "nothing was installed"
        )
    try:
        program = zipfile.ZipFile(io.BytesIO(content)).read("terraform")
    except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError) as error:
        raise NoTerraform(f"{base}/{PINNED}/{archive}: not a Terraform archive: {error}") from None
    binary = _binary(folder)
    try:
        binary.parent.mkdir(parents=True, exist_ok=True)
        unfinished = binary.with_suffix(".part")
        unfinished.write_bytes(program)
        unfinished.chmod(0o755)
        unfinished.replace(binary)
    except OSError as error:
        raise NoTerraform(f"Terraform {PINNED} cannot be written: {error}") from None
    return str(binary)


def _binary(folder: Path) -> Path:
    return folder / PINNED / "terraform"


def _version(binary: str) -> tuple[int, int] | None:
    try:
        answer = subprocess.run(
            [binary, "version", "-json"],
            capture_output=True,
            timeout=60,
            env={**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull},
        )
        text = json.loads(answer.stdout)["terraform_version"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    numbers = re.match(r"(\d+)\.(\d+)", text)
    return (int(numbers[1]), int(numbers[2])) if numbers else None


def _platform() -> str:
    name = platform_name()
    if name not in _RELEASED:
        raise NoTerraform(
            f"no pinned Terraform for {name}: put terraform 1.11 or newer, or tofu 1.10 or newer, "
            "on PATH"
        )
    return name


def _get(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            content: bytes = answer.read()
            return content
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoTerraform(
            f"no Terraform on PATH, and {url} cannot be reached ({error}): put terraform 1.11 or "
            "newer on PATH (https://developer.hashicorp.com/terraform/install), or name a mirror "
            "of releases.hashicorp.com/terraform in STUDIO_TERRAFORM_URL"
        ) from None


def _published(sums: bytes, archive: str) -> str:
    for line in sums.decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        if name.strip() == archive and re.fullmatch(r"[0-9a-f]{64}", digest):
            return digest
    raise NoTerraform(f"the published SHA-256 sums of Terraform {PINNED} do not name {archive}")
