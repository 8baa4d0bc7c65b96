"""What ssh is told: one file a user, and one Include line in ~/.ssh/config that finds them all.

Nothing that others wrote is parsed or moved: an entry is a file of its own, and of ~/.ssh/config
only the two lines that were added are ever looked for.
"""

import contextlib
import glob
import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from settings import UserError
from studio.connect import files

_NOTE = b"# Added by `studio connect`; the last `studio connect USER --remove` takes it away."
_UNQUOTABLE = re.compile(r'["\\%$\x00-\x1f\x7f]')
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,62})")
_BLOCK = re.compile(rb"[ \t]*(?:host|match)[ \t=]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the entry of one user of one deployment lies, below the folder ``home``.

    Raises UserError for what is no user's name, or where ssh cannot be told of that folder.
    """

    deployment: str
    user: str
    home: Path

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.user):
            raise UserError(f"USER = {self.user}: letters, digits and hyphens are allowed")
        if not self.home.is_absolute() or _UNQUOTABLE.search(str(self.home)):
            raise UserError(
                f"HOME = {self.home}: ssh's configuration cannot name such a folder; allowed is an "
                'absolute path without " \\ % $ and control characters'
            )

    @property
    def host(self) -> str:
        """The host's name, the same for as long as deployment and user have theirs."""
        return f"studio-{self.deployment}-{self.user}".lower()

    @property
    def ssh(self) -> Path:
        return self.home / ".ssh"

    @property
    def config(self) -> Path:
        return self.ssh / "config"

    @property
    def folder(self) -> Path:
        """The folder that holds everything of this deployment and nothing else."""
        return self.ssh / f"studio-{self.deployment}"

    @property
    def entry(self) -> Path:
        return self._file("config")

    @property
    def key(self) -> Path:
        return self._file("key")

    @property
    def public_key(self) -> Path:
        return self._file("key.pub")

    @property
    def known_hosts(self) -> Path:
        return self._file("known_hosts")

    def _file(self, kind: str) -> Path:
        return self.folder / f"{self.user.lower()}.{kind}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A Host entry. ``alias`` is the name that the host key is pinned under."""

    place: Place
    target: str
    login: str
    alias: str
    proxy: Sequence[str]

    @property
    def command(self) -> str:
        """The ProxyCommand, as ssh reads it. Raises UserError where it can read none such."""
        return _command(self.proxy)

    def text(self) -> str:
        """The file, as ssh_config(5) reads it."""
        place = self.place
        options = {
            "HostName": self.target,
            "User": self.login,
            "ProxyCommand": self.command,
            "IdentityFile": _quoted(place.key),
            "IdentitiesOnly": "yes",
            "HostKeyAlias": self.alias,
            "UserKnownHostsFile": _quoted(place.known_hosts),
            "StrictHostKeyChecking": "yes",
            # A session that Systems Manager has ended is noticed within a minute.
            "ServerAliveInterval": "15",
            "ServerAliveCountMax": "4",
        }
        lines = [f"Host {place.host}", *(f"    {key} {value}" for key, value in options.items())]
        return "\n".join(["# Written by `studio connect`, anew at every run.", *lines, ""])


def write(entry: Entry) -> None:
    """Write the entry, and the Include line where ~/.ssh/config has none yet. Raises UserError."""
    place = entry.place
    files.make_folder(place.ssh)
    files.make_folder(place.folder)
    with files.alone(place.ssh):
        files.write(place.entry, os.fsencode(entry.text()))
        before = files.read(place.config)
        after = included(before, include_line(place))
        if after != before:
            files.write(place.config, after)


def remove(place: Place) -> bool:
    """Take back all that ``write`` and the keys made; whether there was anything.

    The Include line goes with the deployment's last entry, and a file that others put into the
    folder stays. Raises UserError.
    """
    if not place.ssh.is_dir():
        return False
    with files.alone(place.ssh):
        mine = [place.entry, place.key, place.public_key, place.known_hosts]
        found = [path for path in mine if path.exists()]
        for path in found:
            files.remove(path)
        if not any(place.folder.glob("*.config")):
            before = files.read(place.config)
            after = without(before, include_line(place))
            if after != before:
                found.append(place.config)
                files.write(place.config, after)
            with contextlib.suppress(OSError):
                place.folder.rmdir()
    return bool(found)


def added(place: Place) -> str:
    """What ``write`` would put into ~/.ssh/config, nothing where it is there. Raises UserError."""
    line, before = include_line(place), files.read(place.config)
    return "" if included(before, line) == before else os.fsdecode(b"%s\n%s\n" % (_NOTE, line))


def include_line(place: Place) -> bytes:
    """The line that has ssh read every entry of the deployment."""
    # ssh takes ~ for the folder that the password file names, whatever HOME says.
    return os.fsencode(f'Include "{glob.escape(str(place.folder))}/*.config"')


def included(config: bytes, line: bytes) -> bytes:
    """``config`` with ``line`` ahead of every Host and Match block, where it counts for all hosts.

    Unchanged where it is there already; everything else stays, byte for byte.
    """
    for present in config.split(b"\n"):
        if present.strip() == line:
            return config
        if _BLOCK.match(present):
            break
    return b"\n".join([_NOTE, line, without(config, line)])


def without(config: bytes, line: bytes) -> bytes:
    """``config`` without ``line`` and the note above it; everything else stays, byte for byte."""
    kept: list[bytes] = []
    for present in config.split(b"\n"):
        if present.strip() != line:
            kept.append(present)
        elif kept and kept[-1].strip() == _NOTE:
            kept.pop()
    return b"\n".join(kept)


def _quoted(path: Path) -> str:
    return f'"{path}"'


def _command(words: Sequence[str]) -> str:
    """A command for the shell; ssh puts `exec` before it and expands %-tokens in it."""
    command = shlex.join(words).replace("%", "%%")
    if not command.isprintable():
        raise UserError(f"{command}: ssh's configuration cannot hold such a command")
    return command
