"""Runs session-manager-plugin for ssh, which takes all of its output for the server's.

The plugin speaks to people on standard output, too, before and after the session's bytes. ssh
passes over the former; of the latter it would say "Bad packet length", so that nobody knows why a
session has ended (session-manager-plugin, src/sessionmanagerplugin/session/sessionhandler.go).
"""

import os
import re
import select
import signal
import subprocess
from collections.abc import Iterable, Sequence
from types import FrameType

_BANNER = re.compile(rb"^SSH-", re.MULTILINE)
_PIECE = 64 * 1024
_LONGEST = 1000

ENDING = ((signal.SIGINT, 5.0), (signal.SIGTERM, 5.0), (signal.SIGKILL, 0.0))
"""How a plugin is ended: signals, and the seconds after which the next one follows.

At SIGINT it ends the session at Systems Manager, too; at SIGTERM only itself
(session-manager-plugin, src/sessionmanagerplugin/session/portsession/standardstreamforwarding.go).
"""


def carry(
    command: Sequence[str],
    session_id: str,
    *,
    ending: Iterable[tuple[signal.Signals, float]] = ENDING,
) -> str:
    """Run the plugin between standard input and output; why the session ended, if ssh did not.

    A signal that would end this process ends the plugin, within the seconds of ``ending``.
    """
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None

    asked = False
    left = iter(ending)

    def end(*_: int | FrameType | None) -> None:
        nonlocal asked
        asked = True
        if step := next(left, None):
            number, seconds = step
            process.send_signal(number)
            # Neither the reading below nor the waiting would end by itself.
            signal.setitimer(signal.ITIMER_REAL, seconds)

    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, end)
    try:
        words = _pass_on(process.stdout.fileno(), session_id)
    except BrokenPipeError:
        words = b""
    finally:
        over = asked or _hung_up()
        end()
        process.wait()
        signal.setitimer(signal.ITIMER_REAL, 0)
    if over:
        return ""
    return " ".join(words[:_LONGEST].decode("utf-8", "replace").split())


def _pass_on(source: int, session_id: str) -> bytes:
    """Pass on what the server says, from its banner on; the plugin's words instead or after."""
    name = re.escape(session_id).encode()
    last = re.compile(
        rb"\n*(?:Exiting session with sessionId: %b|SessionId: %b : |Cannot perform start session)"
        % (name, name)
    )
    held = b""
    while (begun := _BANNER.search(held)) is None:
        piece = os.read(source, _PIECE)
        if not piece:
            return held
        held += piece
    piece = held[begun.start() :]
    while piece:
        # The plugin writes them at once, and a server's bytes, encrypted, are never like them.
        ended = last.search(piece)
        if ended:
            _write(piece[: ended.start()])
            return piece[ended.start() :] + _rest(source)
        _write(piece)
        piece = os.read(source, _PIECE)
    return b""


def _hung_up() -> bool:
    """Whether ssh is gone: it has then ended the session itself."""
    poll = select.poll()
    poll.register(0, 0)
    return any(flags & (select.POLLHUP | select.POLLERR) for _, flags in poll.poll(0))


def _rest(source: int) -> bytes:
    words = b""
    while piece := os.read(source, _PIECE):
        words += piece
    return words


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]
