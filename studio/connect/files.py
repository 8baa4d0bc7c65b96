"""Writes files under ~/.ssh atomically, with the modes that ssh requires."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from settings import UserError
from settings.errors import os_errors
from settings.files import write_atomically

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def make_folder(folder: Path) -> None:
    """Create a folder that only its owner can read, unless it exists. Raises UserError."""
    with os_errors(f"{folder}: cannot be created"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError:
            raise UserError(f"{folder}: expected a folder, found a file") from None


def require_writable(folder: Path) -> None:
    """Raises UserError if the folder cannot be created or written to."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        raise UserError(f"{existing}: expected a folder, found a file")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise UserError(f"{existing}: cannot be written")


def remove(path: Path) -> None:
    """Remove a file. Raises UserError."""
    with os_errors(f"{path}: cannot be removed"):
        path.unlink()


def read(path: Path) -> bytes:
    """The content of the file; empty if it does not exist. Raises UserError."""
    with os_errors(f"{path}: cannot be read"), contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    return b""


def write(path: Path, content: bytes) -> None:
    """Replace the content of a file, or of the target of a symbolic link: whole or not at all.

    A new file gets mode 0600; an existing file keeps its mode. Raises UserError.
    """
    # ~/.ssh/config may be a symbolic link into a repository of dotfiles.
    with os_errors(f"{path}: cannot be written"):
        write_atomically(path, content, mode=0o600)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the folder, except on Windows, against simultaneous changes. Raises UserError."""
    if fcntl is None:
        yield
        return
    with os_errors(f"{folder}: cannot be opened"):
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
