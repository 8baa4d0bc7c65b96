"""A shell, or a command, in a terminal of an app."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import signal
import struct
import termios

from studio_emulator.runtime.launch import Launch


class Terminal:
    """A program that runs in a terminal; it is read from and written to like a socket."""

    def __init__(self, launch: Launch) -> None:
        self._ours, theirs = pty.openpty()
        self._process = launch.start(stdin=theirs, output=theirs)
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
