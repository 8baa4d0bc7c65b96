"""A command in an app without a terminal and input."""

import contextlib
import os
import signal
import socket
import subprocess

from studio_emulator.runtime.launch import Launch

_INTERRUPT = b"\x03"


class Command:
    """A command with the methods of a socket; its output includes its errors."""

    def __init__(self, launch: Launch) -> None:
        # Unlike a pipe, a socket can be shut down while a detached process writes to it.
        self._ours, theirs = socket.socketpair()
        self._process = launch.start(stdin=subprocess.DEVNULL, output=theirs.fileno())
        theirs.close()

    def recv(self, most: int) -> bytes:
        """At most so many bytes of the output; b"" after the end."""
        return self._ours.recv(most)

    def sendall(self, data: bytes) -> None:
        """End the command on Ctrl-C; ignore other input."""
        if _INTERRUPT in data:
            self.hang_up()

    def hang_up(self) -> None:
        """Kill the command and its process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._ours.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.hang_up()
        self._process.wait()
        self._ours.close()
