"""Decides whether another entry hides a host, and which errors of ssh a retry may fix, how long."""

import os
import secrets
import shlex
import subprocess
import tempfile
import time
from pathlib import Path

from studio.aws import sessions
from studio.connect import ssh_config
from studio.connect.editors import OFFLINE_GUIDE
from studio.connect.ssh_config import HostEntry, SshPaths
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.processes.children import captured

try:
    import pwd
except ImportError:  # Windows
    pwd = None  # type: ignore[assignment]

_SECONDS = 120
_ATTEMPTS = 4
_PAUSE = 2.0
_RETRY_SECONDS = 45.0
"""No retries after this time."""
_FINAL = ("Permission denied", "Host key verification failed", sessions.NEVER)
"""Errors that a retry does not fix."""


def prove(entry: HostEntry, report: Report) -> None:
    """Write the entry, run a command, and report its output and whether SFTP works.

    Raises StepFailed, UserError.
    """
    paths = entry.paths
    ssh_config.write(entry)
    token = secrets.token_hex(8)
    # A port that the configuration forwards may be in use by another connection.
    options = ["-o", "BatchMode=yes", "-o", "ClearAllForwardings=yes"]
    command = [*ssh(paths), *options, paths.host, f'echo {token}; echo "$HOME"; id']
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
            f"SFTP does not work on {paths.host} ({reason}): scp needs -O, and editors cannot "
            f"copy their server; install it with a lifecycle configuration: {OFFLINE_GUIDE}"
        )
    if flags := ssh(paths)[1:]:
        report(
            "HOME is not the home of this account: "
            f"`{shlex.join(['ssh', *flags, paths.host])}` connects, without -F ssh does not"
        )


def ssh(paths: SshPaths, program: str = "ssh") -> list[str]:
    """The command and options with which ssh or sftp reads the entry."""
    # On POSIX, ssh ignores HOME and reads the password file.
    home = Path.home() if pwd is None else Path(pwd.getpwuid(os.getuid()).pw_dir)
    if home.resolve() == paths.home.resolve():
        return [program]
    return [program, "-F", str(paths.config)]


def write(entry: HostEntry) -> None:
    """Write the entry. Raises StepFailed if ssh resolves its host to another one, UserError."""
    paths = entry.paths
    ssh_config.write(entry)
    command = [*ssh(paths), "-G", paths.host]
    try:
        shown = captured(command, seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        raise StepFailed(f"`ssh -G {paths.host}` timed out after {_SECONDS} s") from None
    if shown.returncode:
        raise StepFailed(f"`ssh -G {paths.host}` does not work: {_one_line(shown.stderr)}")
    options = dict(line.partition(" ")[::2] for line in shown.stdout.splitlines())
    for option, wanted in (("hostname", entry.target.id), ("proxycommand", entry.proxy_command)):
        found = options.get(option, "nothing")
        if found.casefold() != wanted.casefold():
            raise StepFailed(
                f"another entry is called {paths.host}: its {option} is {found}, not {wanted}; "
                f"remove it from {paths.config} or the files that it includes"
            )


def _answer(command: list[str], token: str) -> str:
    """What the command prints after ``token``, in one line. Raises StepFailed."""
    try:
        finished = captured(command, seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        raise StepFailed(f"no answer within {_SECONDS} seconds") from None
    # A login script may print text before the token.
    _, found, answer = finished.stdout.partition(f"{token}\n")
    if finished.returncode == 0 and found:
        return _one_line(answer)
    raise StepFailed(
        _one_line(finished.stderr)
        or f"exit code {finished.returncode}, printed {finished.stdout[:200]!r}"
    )


def _sftp_failure(paths: SshPaths) -> str | None:
    """Why a listing over SFTP fails; None if it works."""
    with tempfile.TemporaryDirectory() as folder:
        # On Windows, sftp cannot read a file that this process has open for writing.
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
