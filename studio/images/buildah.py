"""Flags for buildah on this machine."""

import os
import re
import shlex
from pathlib import Path

from settings import UserError

BUILDAH_FLAGS = "STUDIO_BUILDAH_FLAGS"
_CAP_SYS_ADMIN = 1 << 21


def buildah_flags() -> tuple[list[str], list[str]]:
    """The flags for buildah's isolation, and those for its storage.

    In most containers only chroot isolation and vfs storage work. STUDIO_BUILDAH_FLAGS replaces
    both, e.g. `--root DIR --storage-driver overlay`.
    """
    text = os.environ.get(BUILDAH_FLAGS)
    if text is None:
        return (["--isolation", "chroot"], ["--storage-driver", "vfs"]) if _confined() else ([], [])
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UserError(f"{BUILDAH_FLAGS} = {text}: {error}") from error
    isolation: list[str] = []
    storage: list[str] = []
    for index, word in enumerate(words):
        follows = index > 0 and words[index - 1] == "--isolation"
        (isolation if follows or word.startswith("--isolation") else storage).append(word)
    return isolation, storage


def _confined() -> bool:
    """Whether this is a container, or root without CAP_SYS_ADMIN."""
    if any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv")):
        return True
    status = Path("/proc/self/status")
    if os.geteuid() != 0 or not status.exists():
        return False
    effective = re.search(r"^CapEff:\s*([0-9a-f]+)$", status.read_text(), re.MULTILINE)
    return effective is not None and not int(effective[1], 16) & _CAP_SYS_ADMIN
