"""An app as a container: when it fails and why, its log, its SSH server, which restarts."""

import contextlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from studio_emulator.runtime.container_start import (
    GID,
    INTERNAL,
    READY,
    UID,
    Start,
    script_exit_code,
    take_script_log,
)
from studio_emulator.runtime.engine import PREFIX, Engine, EngineError
from studio_emulator.runtime.loopback import Loopback
from studio_emulator.runtime.node_agent import SSH_PORT, NodeAgent, Service
from studio_emulator.runtime.programs import Launch
from studio_emulator.runtime.server_process import ServerProcess

_START_SECONDS = 60.0
_FAILED_REMOVAL_SECONDS = 5.0
_PAUSE = 0.05
_PIECE = 1 << 16


class ContainerApp:
    """An app. start, log, service: as for `running_apps.start_container`."""

    def __init__(
        self,
        *,
        engine: Engine,
        run: str,
        number: int,
        start: Start,
        home: Path,
        folder: Path,
        log: Callable[[str, bool], None],
        service: Service,
    ) -> None:
        self._engine, self._run, self._start, self._log = engine, run, start, log
        self._name = f"{PREFIX}-{run}-{number}"
        self._mark = f"{run}/{number}"
        self._home, self._folder = home, folder / f"app-{number}"
        self._socket = folder / f"{number}.sock"
        self._server: ServerProcess | None = None
        self._service = service
        self._agent: NodeAgent | None = None
        self._loopback: Loopback | None = None
        self._changed = threading.Condition()
        self._pid, self._stopped, self._over = 0, False, False
        self._last_line, self.failure = "", ""
        threading.Thread(target=self._run_container, daemon=True).start()

    def starting(self) -> bool:
        return not (self._pid or self._over)

    def runs(self) -> bool:
        return not self._over

    def connect(self) -> socket.socket:
        """A connection to the SSH server. Raises ConnectionRefusedError."""
        with self._changed:
            self._changed.wait_for(lambda: self._pid or self._over, timeout=_START_SECONDS)
            server = self._running_server()
        return server.connect()

    def connect_port(self, port: int) -> socket.socket:
        """A connection to a port of the container's loopback interface. Raises OSError."""
        with self._changed:
            server = self._running_server()
        return server.connect_port(port)

    def _running_server(self) -> ServerProcess:
        """The SSH server, restarted if it has ended. Raises ConnectionRefusedError."""
        if self._server is None or self._over:
            raise ConnectionRefusedError
        if not self._server.runs():
            self._server.stop()
            self._server = self._new_server()
        return self._server

    def _new_server(self) -> ServerProcess:
        return ServerProcess(
            mark=self._mark,
            folder=Path("/"),
            socket_path=self._socket,
            environment=os.environ,
            inside=self._pid,
        )

    def launch(self, command: str) -> Launch:
        """A command to start in the app; "" is a shell. Raises ConnectionRefusedError."""
        if not self._pid:
            raise ConnectionRefusedError
        return Launch(home=self._home, environment=os.environ, command=command, inside=self._pid)

    def stop(self) -> None:
        """Remove the container; keep the home directory."""
        self._stopped = True
        self._close()
        seconds = _START_SECONDS
        try:
            self._engine("rm", "--force", self._name)
        except EngineError:
            seconds = _FAILED_REMOVAL_SECONDS  # the janitor removes it later
        with self._changed:
            self._changed.wait_for(lambda: self._over, timeout=seconds)
        self._socket.unlink(missing_ok=True)

    def _run_container(self) -> None:
        try:
            self._prepare()
            image = self._load()
            if not self._stopped:
                self._run_image(image)
        except (EngineError, OSError) as error:
            self._end(str(error))

    def _load(self) -> str:
        name = f"{PREFIX}-{self._run}:{self._start.tag}"
        with _LOADING:
            if not any(image.endswith(name) for image in self._engine.images()):
                self._engine.load(partial(self._start.write_image, f"localhost/{name}"))
        return f"localhost/{name}"

    def _prepare(self) -> None:
        os.chown(self._home, UID, GID)
        internal = self._start.write_files(self._folder)
        if self._start.script is not None:
            self._agent = NodeAgent(
                engine=self._engine,
                container=self._name,
                folder=internal,
                inside=INTERNAL,
                service=self._service,
            )

    def _run_image(self, image: str) -> None:
        """Run the container until it ends."""
        command = self._start.command(
            image, name=self._name, mark=self._mark, home=self._home, folder=self._folder
        )
        with subprocess.Popen(
            [self._engine.name, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as container:
            threading.Thread(target=self._serve, args=(container,), daemon=True).start()
            assert container.stdout is not None
            rest = b""
            while piece := os.read(container.stdout.fileno(), _PIECE):
                *lines, rest = (rest + piece).split(b"\n")
                self._write(lines)
            self._write([rest])
        code = container.returncode
        self._end(self._why(code) + (f": {self._last_line}" if self._last_line else ""))

    def _serve(self, container: subprocess.Popen[bytes]) -> None:
        """Start the SSH server when the container runs."""
        while container.poll() is None and not self._stopped:
            with contextlib.suppress(EngineError, OSError, ValueError):
                pid = int(self._engine("inspect", "--format", "{{.State.Pid}}", self._name))
                if pid:
                    self._prepare_for_script(pid)
                    with self._changed:
                        self._pid = pid
                        self._server = self._new_server()
                        self._changed.notify_all()
                    return
            time.sleep(_PAUSE)

    def _prepare_for_script(self, pid: int) -> None:
        """Connect the app to AWS and install the agent; then let the script start."""
        if self._loopback is None:
            self._loopback = Loopback(pid=pid, port=self._start.port)
        if self._agent is not None:
            self._agent.install()
            (self._folder / "internal" / READY).touch()

    def _write(self, lines: list[bytes]) -> None:
        for printed in take_script_log(self._folder / "internal"):
            self._last_line = printed
            self._log(printed, True)
        for line in lines:
            if text := line.decode("utf-8", "replace").rstrip("\r"):
                self._last_line = text
                if not self._stopped:
                    self._log(text, False)

    def _why(self, code: int) -> str:
        exit_code = script_exit_code(self._folder / "internal")
        if exit_code != "0":
            return f"The lifecycle configuration ended with exit code {exit_code}"
        return f"The container of the app ended with exit code {code}"

    def _close(self) -> None:
        for part in (self._agent, self._server):
            if part is not None:
                part.stop()
        if self._loopback is not None:
            self._loopback.close()

    def _end(self, failure: str) -> None:
        self._close()
        with self._changed:
            self.failure = failure
            self._over = True
            self._changed.notify_all()


class ContainerNode:
    """A container as a hybrid node: SSH connects to the container's sshd."""

    def __init__(self, app: ContainerApp) -> None:
        self._app = app
        self.connect_port = app.connect_port
        self.launch = app.launch

    def connect(self) -> socket.socket:
        """A connection to the container's sshd. Raises OSError."""
        return self._app.connect_port(SSH_PORT)


_LOADING = threading.Lock()
