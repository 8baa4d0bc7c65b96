"""The proof of a connection: a command run over ssh, and a listing over SFTP."""

import os
import re
import secrets
import subprocess
import tempfile
import time
from pathlib import Path

from studio.aws import sessions
from studio.connect import files
from studio.connect.editors import UNPACK
from studio.connect.ssh_config import HostEntry, SshPaths, Target
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.processes.children import captured

try:
    import pwd
except ImportError:  # Windows
    pwd = None  # type: ignore[assignment]

_KEY = re.compile(r"(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+={0,3}(?= |$)", re.MULTILINE)
_SECONDS = 120
_ATTEMPTS = 4
_PAUSE = 2.0
_RETRY_SECONDS = 45.0
"""A connection that fails slowly is not tried again."""

# A server that answered, and refused, will refuse again.
_FINAL = ("Permission denied", "Host key verification failed", sessions.NEVER)


def pin(target: Target, *, paths: SshPaths, printed: str) -> None:
    """Pin the host keys in ``printed``, and no others. Raises StepFailed."""
    keys = _KEY.findall(printed)
    if not keys:
        raise StepFailed("the node has no host keys: ssh-keygen -A did not run in the image")
    lines = [f"{target.host_key_alias} {key}\n" for key in keys]
    files.write(paths.known_hosts, "".join(lines).encode())


def prove(entry: HostEntry, report: Report) -> None:
    """Run a command over the connection, and compare and report what it prints.

    First, ssh has to resolve the host to this entry: an earlier one may have the same name. Where
    SFTP does not work, one line says what does not work without. Raises StepFailed.
    """
    paths = entry.paths
    _require_same_host(entry)
    token = secrets.token_hex(8)
    command = [*ssh(paths), "-o", "BatchMode=yes", paths.host, f'echo {token}; echo "$HOME"; id']
    began = time.monotonic()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            report(f"{paths.host} answers: {_answer(command, token)}")
            break
        except StepFailed as failure:
            late = attempt == _ATTEMPTS or time.monotonic() - began > _RETRY_SECONDS
            if late or any(text in str(failure) for text in _FINAL):
                raise StepFailed(f"`ssh {paths.host}` does not work: {failure}") from None
        time.sleep(_PAUSE)
    if reason := _sftp_failure(paths):
        report(
            f"SFTP does not work on {paths.host} ({reason}): scp copies only with -O, and "
            "an editor cannot copy its server there; unpack it in a lifecycle configuration: "
            f"{UNPACK}"
        )


def ssh(paths: SshPaths, program: str = "ssh") -> list[str]:
    """The words that start ssh, or sftp, so that it reads the entry."""
    if _home_of_ssh().resolve() == paths.home.resolve():
        return [program]
    return [program, "-F", str(paths.config)]


def _home_of_ssh() -> Path:
    """On POSIX, ssh reads the home folder in the password file, whatever HOME says."""
    return Path.home() if pwd is None else Path(pwd.getpwuid(os.getuid()).pw_dir)


def _require_same_host(entry: HostEntry) -> None:
    paths = entry.paths
    command = [*ssh(paths), "-G", paths.host]
    try:
        shown = captured(command, seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        raise StepFailed(f"`ssh -G {paths.host}` does not end") from None
    if shown.returncode:
        raise StepFailed(f"`ssh -G {paths.host}` does not work: {_one_line(shown.stderr)}")
    options = dict(line.partition(" ")[::2] for line in shown.stdout.splitlines())
    for option, wanted in (("hostname", entry.target.id), ("proxycommand", entry.proxy_command)):
        found = options.get(option, "nothing")
        if found.casefold() != wanted.casefold():
            raise StepFailed(
                f"another entry is called {paths.host}: its {option} is {found}, not {wanted}; "
                f"remove it from {paths.config}, or from a file that this includes"
            )


def _answer(command: list[str], token: str) -> str:
    """The lines that the command prints behind ``token``, as one. Raises StepFailed."""
    try:
        finished = captured(command, seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        raise StepFailed(f"no answer within {_SECONDS} seconds") from None
    # A login script may print something before it.
    _, found, answer = finished.stdout.partition(f"{token}\n")
    if finished.returncode == 0 and found:
        return _one_line(answer)
    raise StepFailed(
        _one_line(finished.stderr)
        or f"exit code {finished.returncode}, printed {finished.stdout[:200]!r}"
    )


def _sftp_failure(paths: SshPaths) -> str | None:
    """Why a listing over SFTP fails; None where it works."""
    with tempfile.TemporaryDirectory() as folder:
        # Windows opens no file a second time that is open for writing.
        batch = Path(folder) / "batch"
        batch.write_text("ls\n")
        command = [*ssh(paths, "sftp"), "-b", str(batch), paths.host]
        try:
            finished = captured(command, seconds=_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    return (_one_line(finished.stderr) or "no reason given") if finished.returncode else None


def _one_line(printed: str) -> str:
    return "; ".join(line.strip() for line in printed.splitlines() if line.strip())
