"""A command in an app, without a terminal and without input."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess

from studio_emulator.runtime.launch import Launch

_INTERRUPT = b"\x03"


class Command:
    """A command whose output, errors included, is read like a socket."""

    def __init__(self, launch: Launch) -> None:
        # Unlike a pipe, a socket can be shut while what has left the session still writes to it.
        self._ours, theirs = socket.socketpair()
        self._process = launch.start(stdin=subprocess.DEVNULL, output=theirs.fileno())
        theirs.close()

    def recv(self, most: int) -> bytes:
        """What the command has written, at most so many bytes; b"" once it has ended."""
        return self._ours.recv(most)

    def sendall(self, data: bytes) -> None:
        """End the command where Ctrl-C was typed; it reads no other input."""
        if _INTERRUPT in data:
            self.hang_up()

    def hang_up(self) -> None:
        """End the command and what it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._ours.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it, and wait for it."""
        self.hang_up()
        self._process.wait()
        self._ours.close()
