"""A shell, or a command, in a terminal of an app.

    python -m studio_emulator.runtime.terminal PROGRAM [ARGUMENT...]

As a program of its own it makes its standard input the terminal of its session and becomes PROGRAM:
a child of a process with threads can run nothing before it starts.
"""

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

from studio_emulator.runtime import processes

_TERM = "xterm-256color"


class Terminal:
    """A program that runs in a terminal; it is read from and written to like a socket."""

    def __init__(self, *, home: Path, environment: Mapping[str, str], command: str) -> None:
        shell = processes.shell()
        words = [shell, "-c", command] if command else [shell, "-l"]
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "studio_emulator.runtime.terminal", *words],
            cwd=home,
            env={**environment, "TERM": _TERM},
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


if __name__ == "__main__":
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # an emulator under nohup ignores it
    os.execvp(sys.argv[1], sys.argv[1:])
