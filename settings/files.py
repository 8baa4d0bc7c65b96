"""Reads TOML and text, with limits of size and a message for each problem; replaces files."""

import os
import secrets
import stat
import tomllib
from pathlib import Path
from typing import Any

from settings.errors import SettingsError

LARGEST_FILE = 1_000_000
LONGEST_LINE = 10_000


def read_toml(path: Path, name: str) -> dict[str, Any]:
    """A document of at most 1 MB; messages call it ``name``. Raises SettingsError."""
    text = read_text(path, name)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsError(f"{name}: nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: not TOML: {error}") from None
    except ValueError:
        raise SettingsError(f"{name}: a number of more than 4,300 digits") from None


def read_text(path: Path, name: str) -> str:
    """The text of a UTF-8 file of at most 1 MB; messages call it ``name``. Raises SettingsError."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SettingsError(f"{name}: not a file")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise SettingsError(f"{name}: no such file; name another one with --config") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"{name}: cannot be read: {reason}") from None
    if len(content) > LARGEST_FILE:
        raise SettingsError(f"{name}: larger than 1 MB")
    # tomllib's time for a dotted key grows with the square of the number of its parts.
    if max(map(len, content.split(b"\n"))) > LONGEST_LINE:
        raise SettingsError(f"{name}: a line is longer than {LONGEST_LINE:,} characters")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{name}: not UTF-8 (line {line})") from None


def write_atomically(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Replace the content of a file, or of the target of a symbolic link: whole or not at all.

    mode: of a new file, before the umask; an existing file keeps its mode.
    """
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        # Others can never read a private file, because it is created with its mode.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        if target.exists():
            draft.chmod(stat.S_IMODE(target.stat().st_mode))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
