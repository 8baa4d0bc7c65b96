"""Runs session-manager-plugin, its token not in its arguments; how long it may take to answer.

The plugin prints messages to standard output before and after the bytes of the server. ssh ignores
the messages before them, but reports the messages after them as "Bad packet length", which hides
why the session ended (session-manager-plugin, src/sessionmanagerplugin/session/sessionhandler.go).
"""

import json
import os
import re
import select
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from studio.aws import sessions
from studio.processes.children import Child, captured
from studio.processes.interrupts import on_stop

_BANNER = re.compile(rb"^SSH-", re.MULTILINE)
_CHUNK = 64 * 1024
_LONGEST = 1000

_ANSWER_SECONDS = 60.0
"""The plugin waits forever if AWS closes the channel, for example because of an invalid token
(session-manager-plugin, src/sessionmanagerplugin/session/sessionhandler.go)."""

_GRACE = 5.0
"""After SIGINT, the plugin terminates the session in Systems Manager; after SIGTERM, it only exits
(session-manager-plugin, src/sessionmanagerplugin/session/portsession/standardstreamforwarding.go).
"""


_RESPONSE = "AWS_SSM_START_SESSION_RESPONSE"
_FIRST_WITH_VARIABLE = (1, 2, 536, 0)
_VERSION_SECONDS = 10.0


def carry(program: str, session: sessions.Session, environment: Mapping[str, str]) -> str:
    """``run_plugin`` for a session.

    Other users of the machine can read a process's arguments, so the response with its token is in
    the environment, if the plugin's version reads it there (session-manager-plugin,
    RELEASENOTES.md), as the AWS CLI passes it. Raises OSError, NotYet as ``run_plugin`` does.
    """
    answer = json.dumps(session.answer)
    if _reads_variable(program):
        answer, environment = _RESPONSE, {**environment, _RESPONSE: answer}
    return run_plugin([program, *session.plugin_arguments(answer)], session.id, environment)


def _reads_variable(program: str) -> bool:
    try:
        printed = captured([program, "--version"], seconds=_VERSION_SECONDS).stdout
    except subprocess.TimeoutExpired:
        return False
    version = re.fullmatch(r"\s*(\d+)\.(\d+)\.(\d+)\.(\d+)\s*", printed)
    return version is not None and tuple(map(int, version.groups())) >= _FIRST_WITH_VARIABLE


def run_plugin(
    command: Sequence[str], session_id: str, environment: Mapping[str, str] | None = None
) -> str:
    """Run the plugin on standard input and output; returns why the session ended, "" if by ssh.

    Raises OSError if the plugin does not start, NotYet if the server does not answer.
    """
    with Child(command, env=environment, stdin=0, stderr=2) as process:
        assert process.stdout is not None
        stopping = False

        def stop(*_: int | FrameType | None) -> None:
            nonlocal stopping
            stopping = True
            # Then the plugin closes its end of the pipe, and the read below returns.
            process.end(grace=_GRACE)

        on_stop(stop)
        silent = threading.Event()

        def give_up() -> None:
            silent.set()
            process.end(grace=_GRACE)

        timer = threading.Timer(_ANSWER_SECONDS, give_up)
        timer.start()
        try:
            message = _copy(process.stdout.fileno(), session_id, answered=timer.cancel)
        except BrokenPipeError:
            message = b""
        finally:
            timer.cancel()
        ended_by_ssh = stopping or _hung_up()
        process.end(grace=_GRACE)
        process.wait()
    if silent.is_set():
        raise sessions.NotYet(
            f"{Path(command[0]).name} has had no answer from the app for {_ANSWER_SECONDS:.0f} s: "
            "connect with --plugin studio, which says why"
        )
    if ended_by_ssh:
        return ""
    return " ".join(message[:_LONGEST].decode("utf-8", "replace").split())


def _copy(source: int, session_id: str, *, answered: Callable[[], object]) -> bytes:
    """Copy the server's bytes, starting with its banner; returns the plugin's message after them.

    answered: called when the banner arrives.
    """
    name = re.escape(session_id).encode()
    last = re.compile(
        rb"\n*(?:Exiting session with sessionId: %b|SessionId: %b : |Cannot perform start session)"
        % (name, name)
    )
    received = b""
    while (banner := _BANNER.search(received)) is None:
        chunk = os.read(source, _CHUNK)
        if not chunk:
            return received
        received += chunk
    answered()
    chunk = received[banner.start() :]
    while chunk:
        # The plugin writes its message in one write; the server's encrypted bytes never match it.
        ended = last.search(chunk)
        if ended:
            _write(chunk[: ended.start()])
            return chunk[ended.start() :] + b"".join(iter(lambda: os.read(source, _CHUNK), b""))
        _write(chunk)
        chunk = os.read(source, _CHUNK)
    return b""


def _hung_up() -> bool:
    """Whether ssh has closed its end of the pipe."""
    if not hasattr(select, "poll"):
        return False  # Windows
    poll = select.poll()
    poll.register(0, 0)
    return any(flags & (select.POLLHUP | select.POLLERR) for _, flags in poll.poll(0))


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]
