"""The process of an app's SSH server (``ssh_server.py``): whether it runs, waits for its start."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from studio_emulator.runtime import processes

_START_SECONDS = 60.0
_PAUSE = 0.02


class ServerProcess:
    """An SSH server in a folder, or in the container of the process `inside`."""

    def __init__(
        self,
        *,
        mark: str,
        folder: Path,
        socket_path: Path,
        environment: Mapping[str, str],
        inside: int = 0,
    ) -> None:
        self._socket = socket_path
        # -P: Python imports nothing from the home directory.
        words = [sys.executable, "-P", "-m", "studio_emulator.runtime.ssh_server", str(socket_path)]
        self._process = subprocess.Popen(
            [*words, str(inside)],
            cwd=folder,
            env={**environment, processes.MARK: mark},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._identity = psutil.Process(self._process.pid)

    def runs(self) -> bool:
        self._process.poll()
        with contextlib.suppress(psutil.NoSuchProcess):
            return self._identity.is_running() and self._identity.status() != psutil.STATUS_ZOMBIE
        return False

    def connect(self) -> socket.socket:
        """A connection to the SSH server; waits until it listens. Raises ConnectionRefusedError."""
        return self._connect(self._socket)

    def connect_port(self, port: int) -> socket.socket:
        """A connection to a port of 127.0.0.1 in the server's network. Raises OSError."""
        connection = self._connect(ports_socket(self._socket))
        connection.sendall(port.to_bytes(2, "big"))
        if connection.recv(1) != CONNECTED:
            connection.close()
            raise ConnectionRefusedError
        return connection

    def _connect(self, path: Path) -> socket.socket:
        deadline = time.monotonic() + _START_SECONDS
        while self.runs() and time.monotonic() < deadline:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(path))
            except (FileNotFoundError, ConnectionRefusedError):
                connection.close()
                time.sleep(_PAUSE)
            else:
                return connection
        raise ConnectionRefusedError

    def stop(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        self._socket.unlink(missing_ok=True)
        ports_socket(self._socket).unlink(missing_ok=True)


CONNECTED = b"\1"
"""The server's response when a connection to a port is established."""


def ports_socket(path: Path) -> Path:
    """The socket of a server at `path` for connections to ports."""
    return path.with_suffix(".ports")
