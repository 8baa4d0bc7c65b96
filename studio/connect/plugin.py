"""Runs session-manager-plugin between ssh and a session; how long it may take to answer.

The plugin prints messages to standard output before and after the bytes of the server. ssh ignores
the messages before them, but reports the messages after them as "Bad packet length", which hides
why the session ended (session-manager-plugin, src/sessionmanagerplugin/session/sessionhandler.go).
"""

import os
import re
import select
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from studio.aws import sessions
from studio.processes.children import Child
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


def run_plugin(command: Sequence[str], session_id: str) -> str:
    """Run the plugin on standard input and output; returns why the session ended, "" if by ssh.

    Raises OSError if the plugin does not start, NotYet if the server does not answer.
    """
    with Child(command, stdin=0, stderr=2) as process:
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
