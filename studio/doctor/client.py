"""Checks the user's machine, for `studio connect` too: SSH client, editors, credentials, clock."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

from catalog.editors import EDITORS, Editor
from settings import UserError
from studio.aws.errors import AwsError, ConnectionFailed
from studio.doctor import systems
from studio.doctor.context import Context
from studio.doctor.model import Check, Scope, Unmet
from studio.processes.children import captured

OLDEST_SSH = (7, 6)
"""The first OpenSSH with StrictHostKeyChecking=accept-new (openssh.com/txt/release-7.6)."""
MOST_SKEW = timedelta(minutes=5)
"""The largest clock skew of a signature that AWS accepts (IAM User Guide, "Troubleshoot Signature
Version 4")."""

SIGN_IN = "aws sso login, or export AWS_PROFILE=... for another source that boto3 knows"
NETWORK = "check the network, HTTPS_PROXY and AWS_ENDPOINT_URL"

_SECONDS = 30


def ssh(_context: Context) -> str:
    """Whether the SSH client, which includes ssh-keygen, is new enough."""
    if shutil.which("ssh-keygen") is None:
        raise Unmet("ssh-keygen is not on PATH")
    printed = _output_of("ssh", "-V")
    release = re.match(r"OpenSSH\w*_(\d+)\.(\d+)", printed)
    if release and tuple(map(int, release.groups())) < OLDEST_SSH:
        raise Unmet(f"{release[0]}; {'.'.join(map(str, OLDEST_SSH))} or newer is needed")
    return printed


def session_manager_plugin(context: Context) -> str:
    """Whether the plugin, if it is installed, passes the test of its installation guide.

    Without the plugin, ``scripts.session_proxy`` opens the session itself.
    """
    program = "session-manager-plugin"
    if shutil.which(program) is None and program not in context.programs:
        return "not installed, and not needed"
    printed = _output_of(program)
    if "installed successfully" not in printed:
        raise Unmet(f"session-manager-plugin prints: {printed}")
    return printed


def editor(wanted: Editor, context: Context) -> str:
    """Whether the editor, if it is installed or required, can open a folder over SSH.

    Unmet has the ``command`` that fixes it.
    """
    command, install = wanted.command, f"install it from {wanted.download}"
    if shutil.which(command) is None and command not in context.programs:
        return f"not installed; only --open {command} needs it"
    in_path = f"{install}; in it, run 'Shell Command: Install {command} command in PATH'"
    # Without numbers, it is older than any release.
    version, *_ = _output_of(command, "--version", fix=in_path).split() or ["of unknown version"]
    numbers = tuple(map(int, re.findall(r"\d+", version)))
    if numbers < wanted.oldest:
        oldest = ".".join(map(str, wanted.oldest))
        raise Unmet(f"{wanted.name} {version}; {oldest} or newer is needed", command=install)
    if extension := wanted.extension:
        installed = _output_of(command, "--list-extensions", fix=install).casefold().split()
        if extension not in installed:
            raise Unmet(
                f"{wanted.name} lacks the extension {extension}",
                command=f"{command} --install-extension {extension}",
            )
    return f"{wanted.name} {version}"


def credentials(context: Context) -> str:
    """Whether AWS accepts the credentials."""
    if isinstance(context.caller, ConnectionFailed):
        raise Unmet(str(context.caller), command=NETWORK)
    if isinstance(context.caller, AwsError):
        raise Unmet(str(context.caller), command=SIGN_IN)
    return str(context.caller["Arn"])


def clock(context: Context) -> str:
    """Whether the clock agrees with AWS's, which dates its error responses too."""
    answer: Mapping[str, Any] | AwsError = context.caller
    if isinstance(answer, AwsError):
        if not answer.response:
            raise answer
        answer = answer.response
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    if date is None:
        raise UserError("AWS's response has no date")
    skew = context.now() - parsedate_to_datetime(date)
    seconds = f"{abs(skew).total_seconds():.0f} s {'ahead of' if skew > timedelta() else 'behind'}"
    if abs(skew) > MOST_SKEW:
        raise Unmet(f"{seconds} AWS")
    return f"{seconds} AWS"


def _output_of(program: str, *arguments: str, fix: str = "") -> str:
    """The output of a program, in one line. Raises Unmet if it is missing or fails."""
    path = shutil.which(program)
    if path is None:
        raise Unmet(f"{program} is not on PATH", command=fix)
    try:
        done = captured([path, *arguments], seconds=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unmet(f"{program} does not run: {error}", command=fix) from None
    printed = " ".join((done.stdout + done.stderr).split())
    if done.returncode:
        raise Unmet(f"{program} fails with exit code {done.returncode}: {printed}", command=fix)
    return printed


_HERE = systems.current()
_client = partial(Check, scope=Scope.CLIENT)
CLIENT = (
    _client(
        name="ssh",
        why="`studio connect` and VS Code connect with this SSH client.",
        fix=systems.SSH[_HERE],
        run=ssh,
    ),
    _client(
        name="session-manager-plugin",
        why="If it is installed, it carries the connection through Systems Manager.",
        fix=f"{systems.PLUGIN[_HERE]}, or connect without it: --plugin studio",
        run=session_manager_plugin,
    ),
    *(
        _client(
            name=each.command,
            why=f"`studio connect --open {each.command}` opens {each.name} on the host.",
            run=partial(editor, each),
        )
        for each in EDITORS.values()
    ),
    _client(
        name="credentials",
        why="AWS opens a session only for valid credentials.",
        run=credentials,
    ),
    _client(
        name="clock",
        why="AWS rejects signatures whose time is more than five minutes off.",
        fix=systems.CLOCK[_HERE],
        run=clock,
    ),
)
