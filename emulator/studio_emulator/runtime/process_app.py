"""An app as a process of this machine: its empty home directory, and which variables it has."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

from studio_emulator.runtime import processes
from studio_emulator.runtime.programs import Launch
from studio_emulator.runtime.server_process import ServerProcess

_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")
_CONNECT_SECONDS = 5.0


class ProcessApp:
    """An app. home: its working directory and HOME."""

    failure = "The process of the app has ended."

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
        self._server = ServerProcess(
            mark=mark, folder=home, socket_path=socket_path, environment=self.environment
        )

    def runs(self) -> bool:
        return self._server.runs()

    def connect(self) -> socket.socket:
        """A connection to the SSH server. Raises ConnectionRefusedError."""
        return self._server.connect()

    def connect_port(self, port: int) -> socket.socket:
        """A connection to a port of 127.0.0.1. Raises OSError."""
        return socket.create_connection(("127.0.0.1", port), _CONNECT_SECONDS)

    def launch(self, command: str) -> Launch:
        """A command to start in the app; "" is a shell."""
        return Launch(home=self.home, environment=self.environment, command=command)

    def stop(self) -> None:
        """Kill every process of the app; keep the home directory."""
        processes.kill_all(self._mark)
        self._server.stop()
