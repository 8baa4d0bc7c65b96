"""An app without a container engine: a process of this machine in an empty home directory."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from studio_emulator.runtime import processes
from studio_emulator.runtime.terminal import Terminal

_SERVER = "studio_emulator.runtime.ssh_server"
_START_SECONDS = 60.0
_PAUSE = 0.02
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")


class ProcessApp:
    """One app from its start until its end. home: its working directory and HOME."""

    def __init__(
        self, *, mark: str, home: Path, socket_path: Path, environment: Mapping[str, str]
    ) -> None:
        self.home = home
        self.environment = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            **environment,
            processes.MARK: mark,
            "HOME": str(home),
            "SHELL": processes.shell(),
        }
        self._mark = mark
        self._socket = socket_path
        # -P: Python imports nothing from the home directory.
        command = [
            sys.executable,
            "-P",
            "-m",
            "studio_emulator.runtime.ssh_server",
            str(socket_path),
        ]
        self._process = subprocess.Popen(
            command,
            cwd=home,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._identity = psutil.Process(self._process.pid)

    def runs(self) -> bool:
        """Whether it has not ended by itself. Also true for the process of a parent that died."""
        self._process.poll()
        with contextlib.suppress(psutil.NoSuchProcess):
            return self._identity.is_running() and self._identity.status() != psutil.STATUS_ZOMBIE
        return False

    def connect(self) -> socket.socket:
        """A connection to its SSH server, once that listens. Raises ConnectionRefusedError."""
        deadline = time.monotonic() + _START_SECONDS
        while self.runs() and time.monotonic() < deadline:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self._socket))
            except (FileNotFoundError, ConnectionRefusedError):
                connection.close()
                time.sleep(_PAUSE)
            else:
                return connection
        raise ConnectionRefusedError

    def open_terminal(self, command: str) -> Terminal:
        """Start a command in a terminal of the app; "" for a shell."""
        return Terminal(home=self.home, environment=self.environment, command=command)

    def stop(self) -> None:
        """End it with every process that was started in it; its home stays."""
        processes.kill_all(self._mark)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        self._socket.unlink(missing_ok=True)
