"""A shell or command in a terminal of an app."""

import contextlib
import fcntl
import os
import pty
import signal
import struct
import termios

from studio_emulator.runtime.launch import Launch


class Terminal:
    """A program in a terminal, with the methods of a socket."""

    def __init__(self, launch: Launch) -> None:
        self._ours, theirs = pty.openpty()
        self._process = launch.start(stdin=theirs, output=theirs)
        os.close(theirs)

    def recv(self, most: int) -> bytes:
        """At most so many bytes of the output; b"" after the end."""
        try:
            return os.read(self._ours, most)
        except OSError:  # EIO: no process has the terminal open
            return b""

    def sendall(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._ours, data) :]

    def resize(self, *, columns: int, rows: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Send SIGHUP to the program and its process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGHUP)

    def close(self) -> None:
        """Close the terminal, kill the program and wait for it."""
        self.hang_up()
        os.close(self._ours)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
