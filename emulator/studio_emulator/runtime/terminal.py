"""A shell, or a command, in a terminal of an app."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path


class Terminal:
    """A program that runs in a terminal; it is read from and written to like a socket.

    inside: a process whose container it runs in, with that one's home and environment.
    """

    def __init__(
        self, *, home: Path, environment: Mapping[str, str], command: str, inside: int = 0
    ) -> None:
        self._ours, theirs = pty.openpty()
        module = "studio_emulator.runtime.terminal_program"
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, command, str(inside)],
            cwd=home,
            env=dict(environment),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def recv(self, most: int) -> bytes:
        """What the program has written, at most so many bytes; b"" once it has ended."""
        try:
            return os.read(self._ours, most)
        except OSError:  # EIO: nobody has the terminal open
            return b""

    def sendall(self, data: bytes) -> None:
        """Type these bytes."""
        while data:
            data = data[os.write(self._ours, data) :]

    def resize(self, *, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """End the program and what it runs in the foreground."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGHUP)

    def close(self) -> None:
        """End it, by force where it ignores the end of its terminal."""
        self.hang_up()
        os.close(self._ours)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
