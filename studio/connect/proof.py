"""The proof of a connection: a command run over it, on a host whose key is known from then on."""

import os
import pwd
import re
import secrets
import subprocess
import time
from pathlib import Path

from studio.aws import sessions
from studio.connect import files
from studio.connect.ssh_config import Entry, Place
from studio.errors import StepFailed
from studio.processes.children import captured

_KEY = re.compile(r"(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+={0,3}(?= |$)", re.MULTILINE)
_SECONDS = 120
_ATTEMPTS = 4
_PAUSE = 2.0
# A server that is there, and says no, will say no again.
_FINAL = ("Permission denied", "Host key verification failed", sessions.NEVER)


def alias(place: Place, app: str) -> str:
    """The name to pin the host key under: each app makes host keys of its own."""
    return f"{place.host}.{app}"


def pin(place: Place, *, alias: str, printed: str) -> None:
    """Take the host keys out of ``printed`` and pin them, and no other. Raises StepFailed."""
    found = _KEY.findall(printed)
    if not found:
        raise StepFailed("the node has no host keys: ssh-keygen -A did not run in the image")
    files.write(place.known_hosts, "".join(f"{alias} {key}\n" for key in found).encode())


def pinned(place: Place, alias: str) -> bool:
    """Whether a host key is known under that name."""
    lines = files.read(place.known_hosts).decode("utf-8", "replace").splitlines()
    return any(line.split(" ", 1)[0] == alias for line in lines)


def ssh(place: Place) -> list[str]:
    """The words that start ssh such that it reads the entry."""
    # ssh looks into the folder that the password file names, whatever HOME says.
    if Path(pwd.getpwuid(os.getuid()).pw_dir).resolve() == place.home.resolve():
        return ["ssh"]
    return ["ssh", "-F", str(place.config)]


def prove(entry: Entry) -> None:
    """Run a command over the connection and compare what it prints.

    Before that, ssh has to understand the host as the entry means it: another one may come first.
    Where no host key is pinned yet, the one that is met is: the session that leads to it was
    opened with AWS's credentials, to this app and no other. Raises StepFailed.
    """
    place = entry.place
    _understood(entry)
    options = ["-o", "BatchMode=yes"]
    if not pinned(place, entry.alias):
        files.write(place.known_hosts, b"")
        options += ["-o", "StrictHostKeyChecking=accept-new"]
    token = secrets.token_hex(8)
    for attempt in range(_ATTEMPTS):
        failure = _run([*ssh(place), *options, place.host, f"echo {token}"], token)
        if failure is None:
            return
        if attempt + 1 == _ATTEMPTS or any(words in failure for words in _FINAL):
            raise StepFailed(f"`ssh {place.host}` does not work: {failure}")
        time.sleep(_PAUSE)


def _understood(entry: Entry) -> None:
    place = entry.place
    command = [*ssh(place), "-G", place.host]
    try:
        shown = captured(command, seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        raise StepFailed(f"`ssh -G {place.host}` does not end") from None
    if shown.returncode:
        raise StepFailed(f"`ssh -G {place.host}` does not work: {_words(shown.stderr)}")
    options = dict(line.partition(" ")[::2] for line in shown.stdout.splitlines())
    for option, wanted in (("hostname", entry.target), ("proxycommand", entry.command)):
        found = options.get(option, "nothing")
        if found.casefold() != wanted.casefold():
            raise StepFailed(
                f"{place.host} is something else, too: its {option} is {found}, not {wanted}; "
                f"take that entry out of {place.config} and of what it includes"
            )


def _run(command: list[str], token: str) -> str | None:
    """Why the command failed; None where it printed the token."""
    try:
        finished = captured(command, seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        return f"no answer within {_SECONDS} seconds"
    # A login script may print something, too.
    if finished.returncode == 0 and token in finished.stdout.split():
        return None
    return (
        _words(finished.stderr)
        or f"exit code {finished.returncode}, printed {finished.stdout[:200]!r}"
    )


def _words(printed: str) -> str:
    return "; ".join(line.strip() for line in printed.splitlines() if line.strip())
