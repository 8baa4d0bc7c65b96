"""Shells and commands of sessions in an app: in a terminal, or without a terminal and input."""

import contextlib
import os
import pty
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Launch:
    """A command in an app; "" is a shell.

    inside: the id of a process in whose container it runs, with the container's environment.
    """

    home: Path
    environment: Mapping[str, str]
    command: str
    inside: int = 0

    def start(self, *, stdin: int, output: int) -> subprocess.Popen[bytes]:
        """Start it in a new process group. output: for its output and errors."""
        module = "studio_emulator.runtime.terminal_program"
        return subprocess.Popen(
            [sys.executable, "-P", "-m", module, self.command, str(self.inside)],
            cwd=self.home,
            env=dict(self.environment),
            stdin=stdin,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


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
        termios.tcsetwinsize(self._ours, (rows, columns))

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
        if b"\x03" in data:
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
