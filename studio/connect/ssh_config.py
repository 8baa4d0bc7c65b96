"""Writes ssh's configuration: a user's entry (host keys, keep-alive), never over that of another
region or account. Removes the entry, and with the last one the Include line.

Does not parse ~/.ssh/config: only searches for the two lines that `write` adds.
"""

import contextlib
import glob
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from settings import UserError
from settings.users import require_user_name
from studio.connect import files
from studio.errors import StepFailed

_NOTE = b"# Added by `studio connect`; the last `studio connect USER --remove` removes it."
_UNQUOTABLE = re.compile(r'["\\%$\x00-\x1f\x7f]')
_BLOCK = re.compile(rb"[ \t]*(?:host|match)[ \t=]", re.IGNORECASE)
_KEY = re.compile(r"(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+={0,3}(?= |$)", re.MULTILINE)

_REGION = re.compile(r"^ +ProxyCommand .* --region (\S+)", re.MULTILINE)
_ACCOUNT = re.compile(r"^ +HostName arn:[^:]+:sagemaker:[^:]+:(\d+):", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class SshPaths:
    """The files of a user of a deployment, below the folder ``home``.

    Raises UserError if USER is not a valid name, or ssh_config(5) cannot quote HOME.
    """

    deployment: str
    user: str
    home: Path

    def __post_init__(self) -> None:
        require_user_name(self.user)
        if not self.home.is_absolute() or _UNQUOTABLE.search(self.home.as_posix()):
            raise UserError(
                f"HOME = {self.home}: ssh's configuration cannot name this folder; allowed is an "
                'absolute path without " \\ % $ or control characters'
            )

    @property
    def host(self) -> str:
        """The name of the host: ``ssh HOST``."""
        return f"studio-{self.deployment}-{self.user}".lower()

    @property
    def ssh(self) -> Path:
        return self.home / ".ssh"

    @property
    def config(self) -> Path:
        return self.ssh / "config"

    @property
    def folder(self) -> Path:
        """The folder with the files of this deployment."""
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

    def existing(self) -> list[Path]:
        """The files of this user that exist."""
        mine = [self.entry, self.key, self.public_key, self.known_hosts]
        return [path for path in mine if path.exists()]

    def _file(self, kind: str) -> Path:
        return self.folder / f"{self.user.lower()}.{kind}"


@dataclass(frozen=True, kw_only=True)
class Target:
    """The target of sessions. id: the ARN of a space, or the id of a managed node.

    host_key_alias: the name of the pinned host key of a node. None for a space, whose host key is
    not compared: AWS opens the session to this space only, with the user's credentials.
    """

    id: str
    host_key_alias: str | None


@dataclass(frozen=True, kw_only=True)
class HostEntry:
    """A Host entry of ssh_config(5)."""

    paths: SshPaths
    target: Target
    login: str
    proxy: Sequence[str]

    @property
    def proxy_command(self) -> str:
        """The ProxyCommand, quoted for the shell, or cmd.exe on Windows. Raises UserError."""
        words = self.proxy
        quoted = subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
        # ssh expands %-tokens.
        command = quoted.replace("%", "%%")
        if not command.isprintable():
            raise UserError(f"{command}: ssh's configuration cannot hold this command")
        return command

    def text(self) -> str:
        """The content of the file."""
        paths = self.paths
        options = {
            "HostName": self.target.id,
            "User": self.login,
            "ProxyCommand": self.proxy_command,
            "IdentityFile": _quoted(paths.key),
            "IdentitiesOnly": "yes",
            **self._host_key_options(),
            # After 15 s x 4 without an answer, ssh ends: Systems Manager has ended the session.
            "ServerAliveInterval": "15",
            "ServerAliveCountMax": "4",
            # The proxy has its own limit, which a shorter one of the user's `Host *` would precede.
            "ConnectTimeout": "180",
            # A shared connection may be that of an earlier app; an ARN is too long for its socket.
            "ControlPath": "none",
            # ssh refuses a command beside a RemoteCommand, and `force` changes its output: VS Code,
            # rsync and `studio connect` run commands. scp sets the same options for itself.
            "RemoteCommand": "none",
            "RequestTTY": "auto",
        }
        lines = [f"Host {paths.host}", *(f"    {key} {value}" for key, value in options.items())]
        return "\n".join(["# `studio connect` writes this file at every run.", *lines, ""])

    def _host_key_options(self) -> dict[str, str]:
        alias = self.target.host_key_alias
        if alias is None:
            # Accepts any key (see ``Target``), because each start of the app creates keys. AWS's
            # client does the same
            # (aws-toolkit-vscode, packages/core/src/awsService/sagemaker/sshConfig.ts).
            return {
                "UserKnownHostsFile": "/dev/null",
                "StrictHostKeyChecking": "accept-new",
                # No warning about an added key at every connection.
                "LogLevel": "ERROR",
            }
        return {
            "HostKeyAlias": alias,
            "UserKnownHostsFile": _quoted(self.paths.known_hosts),
            "StrictHostKeyChecking": "yes",
        }


def require_own(paths: SshPaths, *, region: str, account: str | None = None) -> None:
    """Raises UserError if the entry connects to another region or account.

    The id of a node names no account, so that of its entry is not compared. The entry of an earlier
    domain with the same name is replaced.
    """
    text = os.fsdecode(files.read(paths.entry))
    of_region, of_account = _REGION.search(text), _ACCOUNT.search(text)
    if of_region is None:
        return
    there = of_region[1]
    if there != region:
        difference = f"{there}, not {region}"
    elif account and of_account and of_account[1] != account:
        difference = f"account {of_account[1]}, not {account}"
    else:
        return
    raise UserError(
        f"{paths.host} connects to a deployment in {difference}; to remove that host, run "
        f"`studio connect {paths.user} --deployment {paths.deployment} --region {there} --remove`"
    )


def require_writable(paths: SshPaths) -> None:
    """Raises UserError if the entry, or the Include line that it needs, cannot be written."""
    files.require_writable(paths.folder)
    if added(paths):
        try:
            files.require_writable(Path(os.path.realpath(paths.config)).parent)
        except UserError as error:
            line = os.fsdecode(include_line(paths))
            raise UserError(
                f"{error}; add this line at the top of {paths.config}: {line}"
            ) from None


def write(entry: HostEntry) -> None:
    """Write the entry, and the Include line if ~/.ssh/config lacks it. Raises UserError."""
    paths = entry.paths
    files.make_folder(paths.ssh)
    files.make_folder(paths.folder)
    with files.locked(paths.ssh):
        files.write(paths.entry, os.fsencode(entry.text()))
        before = files.read(paths.config)
        after = included(before, include_line(paths))
        if after != before:
            files.write(paths.config, after)


def pin(target: Target, *, paths: SshPaths, printed: str) -> None:
    """Write the host keys in ``printed`` to known_hosts. Raises StepFailed, UserError."""
    keys = _KEY.findall(printed)
    if not keys:
        raise StepFailed("the node has no host keys: run ssh-keygen -A in the image")
    lines = [f"{target.host_key_alias} {key}\n" for key in keys]
    files.write(paths.known_hosts, "".join(lines).encode())


def remove(paths: SshPaths, *, dry_run: bool = False) -> bool:
    """Remove the entry, the keys and, with the last entry, the Include line; False if none exists.

    Does not remove other files of the folder. Raises UserError, also with dry_run, before any
    change if a folder cannot be written.
    """
    if not paths.ssh.is_dir():
        return False
    with files.locked(paths.ssh):
        found = paths.existing()
        last = not set(paths.folder.glob("*.config")) - {paths.entry}
        before = files.read(paths.config)
        after = without(before, include_line(paths)) if last else before
        if found:
            files.require_writable(paths.folder)
        if after != before:
            files.require_writable(Path(os.path.realpath(paths.config)).parent)
        if not dry_run:
            # The config first: if this fails, the host still works.
            if after != before:
                files.write(paths.config, after)
            for path in found:
                files.remove(path)
            if last:
                with contextlib.suppress(OSError):
                    paths.folder.rmdir()
    return bool(found) or after != before


def added(paths: SshPaths) -> str:
    """The lines that ``write`` would add to ~/.ssh/config. Raises UserError."""
    line, before = include_line(paths), files.read(paths.config)
    return "" if included(before, line) == before else os.fsdecode(b"%s\n%s\n" % (_NOTE, line))


def include_line(paths: SshPaths) -> bytes:
    """The line that includes every entry of the deployment."""
    # ssh expands ~ with the password file, not with HOME.
    return os.fsencode(f'Include "{glob.escape(paths.folder.as_posix())}/*.config"')


def included(config: bytes, line: bytes) -> bytes:
    """The configuration with the line before every Host and Match block: it applies to all hosts.

    No other byte changes.
    """
    for present in config.split(b"\n"):
        if present.strip() == line:
            return config
        if _BLOCK.match(present):
            break
    return b"\n".join([_NOTE, line, without(config, line)])


def without(config: bytes, line: bytes) -> bytes:
    """The configuration without the line and the note above it. No other byte changes."""
    kept: list[bytes] = []
    for present in config.split(b"\n"):
        if present.strip() != line:
            kept.append(present)
        elif kept and kept[-1].strip() == _NOTE:
            kept.pop()
    return b"\n".join(kept)


def _quoted(path: Path) -> str:
    # ssh on Windows accepts slashes, and reads a backslash as an escape.
    return f'"{path.as_posix()}"'
