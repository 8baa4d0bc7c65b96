"""Writing under ~/.ssh and into others' files: whole or not at all, with the modes ssh wants."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from settings import UserError

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


def make_folder(folder: Path) -> None:
    """Make a folder that nobody else can read; one that exists stays as it is. Raises UserError."""
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except FileExistsError:
        raise UserError(f"{folder}: a folder is needed there, and there is a file") from None
    except OSError as error:
        raise UserError(f"{folder}: cannot be made: {error.strerror}") from None


def remove(path: Path) -> None:
    """Remove a file. Raises UserError."""
    try:
        path.unlink()
    except OSError as error:
        raise UserError(f"{path}: cannot be removed: {error.strerror}") from None


def read(path: Path) -> bytes:
    """What the file holds; nothing where there is none. Raises UserError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None


def write(path: Path, content: bytes) -> None:
    """Replace what ``path`` holds in one step, so that no reader ever sees a half of it.

    A new file gets mode 0600, one that exists keeps its own; a link stays a link, and what it
    leads to is replaced. Raises UserError.
    """
    # A ~/.ssh/config kept among other people's dotfiles is a link.
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else PRIVATE
        # Opened with the mode, not changed to it: a key is at no time anybody else's to read.
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(descriptor, mode)
        beside.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise UserError(f"{path}: cannot be written: {error.strerror}") from None


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that two runs do not undo each other's change of one file.

    Raises UserError.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise UserError(f"{folder}: cannot be opened: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
