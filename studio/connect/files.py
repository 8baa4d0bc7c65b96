"""Files under ~/.ssh: written atomically, with the modes that ssh requires."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from settings import UserError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can read; one that exists stays as it is.

    Raises UserError.
    """
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except FileExistsError:
        raise UserError(f"{folder}: expected a folder, found a file") from None
    except OSError as error:
        raise UserError(f"{folder}: cannot be made: {error.strerror}") from None


def require_possible(folder: Path) -> None:
    """Raise UserError where ``make_folder`` cannot make a folder, or nothing can be put into it."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        raise UserError(f"{existing}: expected a folder, found a file")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise UserError(f"{existing}: cannot be written")


def remove(path: Path) -> None:
    """Remove a file. Raises UserError."""
    try:
        path.unlink()
    except OSError as error:
        raise UserError(f"{path}: cannot be removed: {error.strerror}") from None


def read(path: Path) -> bytes:
    """The content of the file; empty where there is none. Raises UserError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None


def write(path: Path, content: bytes) -> None:
    """Replace the content of ``path`` atomically.

    A new file gets mode 0600, an existing one keeps its mode; a symbolic link stays, and the file
    it points to is replaced. Raises UserError.
    """
    # People who keep ~/.ssh/config in a repository of dotfiles have a symbolic link there.
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else PRIVATE
        # Created with the mode, not changed to it: at no moment can others read a key.
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        beside.chmod(mode)
        beside.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise UserError(f"{path}: cannot be written: {error.strerror}") from None


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the folder, so that two runs do not overwrite each other's changes. Raises UserError.

    Windows locks no folder; there the last of two runs at once wins.
    """
    if fcntl is None:
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise UserError(f"{folder}: cannot be opened: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
