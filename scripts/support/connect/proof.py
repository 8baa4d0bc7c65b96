"""The proof of a connection: a command run over it, on a host whose key is known from then on."""

import os
import pwd
import re
import secrets
import subprocess
import time
from pathlib import Path

from scripts.support.connect import files
from scripts.support.connect.ssh_config import Place
from scripts.support.failures import StepFailed
from scripts.support.processes import captured

_KEY = re.compile(r"(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+={0,3}(?= |$)", re.MULTILINE)
_SECONDS = 120
_ATTEMPTS = 4
_PAUSE = 2.0
# A server that is there, and says no, will say no again.
_FINAL = ("Permission denied", "Host key verification failed", "studio: ")


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


def prove(place: Place, alias: str) -> None:
    """Run a command over the connection and compare what it prints.

    Where no host key is pinned yet, the one that is met is: the session that leads to it was
    opened with AWS's credentials, to this app and no other. Raises StepFailed.
    """
    options = ["-o", "BatchMode=yes"]
    if not pinned(place, alias):
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


def _run(command: list[str], token: str) -> str | None:
    """Why the command failed; None where it printed the token."""
    try:
        finished = captured(command, seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        return f"no answer within {_SECONDS} seconds"
    # A login script may print something, too.
    if finished.returncode == 0 and token in finished.stdout.split():
        return None
    said = [line.strip() for line in finished.stderr.splitlines() if line.strip()]
    return "; ".join(said) or f"exit code {finished.returncode}, printed {finished.stdout[:200]!r}"
