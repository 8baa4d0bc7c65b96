"""An app as a container of the image that was pushed, and SageMaker's SSH server in it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from studio_emulator.runtime import processes
from studio_emulator.runtime.command import Command
from studio_emulator.runtime.engine import PREFIX, Engine, EngineError
from studio_emulator.runtime.launch import Launch
from studio_emulator.runtime.loopback import Loopback
from studio_emulator.runtime.node_agent import SSH_PORT, NodeAgent, Service
from studio_emulator.runtime.server_process import ServerProcess
from studio_emulator.runtime.terminal import Terminal

UID, GID = 1000, 100
HOME = "/home/sagemaker-user"
_START_SECONDS = 60.0
_PAUSE = 0.05
_PIECE = 1 << 16
_INTERNAL = "/opt/.sagemakerinternal"
_METADATA = "/opt/ml/metadata/resource-metadata.json"
# The most open files by default are more than a container of this machine may be allowed.
LIMITS = ["--ulimit", "nofile=1024:4096", "--ulimit", "nproc=4096:8192"]
_SCRIPT, _SCRIPT_LOG, _SCRIPT_CODE = "lifecycle-config", "lifecycle-config.log", "exit-code"
_READY = "ready"
_WITH_SCRIPT = f"""\
#!/bin/sh
cd {_INTERNAL} || exit
until [ -e {_READY} ]; do sleep 0.1; done
(cd "$HOME" && exec {_INTERNAL}/{_SCRIPT}) > {_SCRIPT_LOG} 2>&1 < /dev/null
code=$?
echo $code > {_SCRIPT_CODE}
[ $code = 0 ] || exit $code
cd "$OLDPWD" && exec "$@"
"""


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image of the registry. name: a name that only the same content has; write: writes it as
    an archive, REPOSITORY:TAG its name there; entrypoint, arguments: of its configuration."""

    name: str
    write: Callable[[str, IO[bytes]], None]
    entrypoint: tuple[str, ...]
    arguments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Start:
    """What Studio starts an app with.

    entrypoint, arguments: instead of the image's, where there are any; script: of the lifecycle
    configuration, which runs first; metadata: the content of resource-metadata.json; port: of
    127.0.0.1, where AWS is.
    """

    image: Image
    entrypoint: tuple[str, ...]
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    script: bytes | None
    metadata: Mapping[str, str]
    port: int


class ContainerApp:
    """One app from its start until its end.

    log: takes its lines and those of its script. service: what an agent in it registers with.
    """

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
        threading.Thread(target=self._live, daemon=True).start()

    def starting(self) -> bool:
        """Whether its container does not run yet."""
        return not (self._pid or self._over)

    def runs(self) -> bool:
        """Whether it has not ended by itself."""
        return not self._over

    def connect(self) -> socket.socket:
        """A connection to the SSH server in it. Raises ConnectionRefusedError."""
        with self._changed:
            self._changed.wait_for(lambda: self._pid or self._over, timeout=_START_SECONDS)
            server = self._running_server()
        return server.connect()

    def connect_port(self, port: int) -> socket.socket:
        """A connection to a port of its loopback device. Raises OSError."""
        with self._changed:
            server = self._running_server()
        return server.connect_port(port)

    def _running_server(self) -> ServerProcess:
        """The SSH server; another one where it has been killed. Raises ConnectionRefusedError."""
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

    def open_terminal(self, command: str) -> Terminal:
        """Start a command in a terminal of the app; "" for a shell."""
        return Terminal(self._launch(command))

    def run_command(self, command: str) -> Command:
        """Run a command of the app without a terminal and without input."""
        return Command(self._launch(command))

    def _launch(self, command: str) -> Launch:
        if not self._pid:
            raise ConnectionRefusedError
        return Launch(home=self._home, environment=os.environ, command=command, inside=self._pid)

    def stop(self) -> None:
        """End it; its home stays."""
        self._stopped = True
        self._close()
        with contextlib.suppress(EngineError):
            self._engine("rm", "--force", self._name)
        with self._changed:
            self._changed.wait_for(lambda: self._over, timeout=_START_SECONDS)
        self._socket.unlink(missing_ok=True)

    def _live(self) -> None:
        try:
            self._prepare()
            image = self._load()
            if not self._stopped:
                self._contain(image)
        except (EngineError, OSError) as error:
            self._end(str(error))

    def _load(self) -> str:
        image = self._start.image
        name = f"localhost/{PREFIX}-{self._run}:{image.name}"
        with _LOADING:
            if f"{PREFIX}-{self._run}:{image.name}" not in self._engine(
                "images", "--format", "{{.Repository}}:{{.Tag}}"
            ):
                self._engine.load(lambda target: image.write(name, target))
        return name

    def _prepare(self) -> None:
        os.chown(self._home, UID, GID)
        internal = self._folder / "internal"
        internal.mkdir(parents=True)
        (self._folder / "metadata.json").write_text(json.dumps(self._start.metadata))
        if self._start.script is not None:
            for name, content in (("start", _WITH_SCRIPT.encode()), (_SCRIPT, self._start.script)):
                (internal / name).write_bytes(content)
                (internal / name).chmod(0o755)
            self._agent = NodeAgent(
                engine=self._engine,
                container=self._name,
                folder=internal,
                inside=_INTERNAL,
                service=self._service,
            )
        os.chown(internal, UID, GID)

    def _command(self, image: str) -> list[str]:
        start = self._start
        # Docker: an entrypoint of one's own takes the image's command away.
        entrypoint = start.entrypoint or start.image.entrypoint
        arguments = start.arguments or (() if start.entrypoint else start.image.arguments)
        words = [*entrypoint, *arguments]
        if start.script is not None:
            words = [f"{_INTERNAL}/start", *words]
        if not words:
            raise EngineError("neither the image nor its app image config has an entrypoint")
        environment = {**start.environment, processes.MARK: self._mark, "HOME": HOME}
        mounts = {
            self._home: HOME,
            self._folder / "internal": _INTERNAL,
            self._folder / "metadata.json": f"{_METADATA}:ro",
        }
        return [
            *("run", "--rm", "--name", self._name, "--network", "none", "--user", f"{UID}:{GID}"),
            *("--workdir", HOME, "--stop-timeout", "0", *LIMITS),
            *(f"--env={name}={value}" for name, value in environment.items()),
            *(f"--volume={here}:{there}" for here, there in mounts.items()),
            *("--entrypoint", words[0], image, *words[1:]),
        ]

    def _contain(self, image: str) -> None:
        """Run the container to its end."""
        with subprocess.Popen(
            [self._engine.name, *self._command(image)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as container:
            threading.Thread(target=self._serve, args=(container,), daemon=True).start()
            assert container.stdout is not None
            held = b""
            while piece := os.read(container.stdout.fileno(), _PIECE):
                *lines, held = (held + piece).split(b"\n")
                self._write(lines)
            self._write([held])
        code = container.returncode
        self._end(self._why(code) + (f": {self._last_line}" if self._last_line else ""))

    def _serve(self, container: subprocess.Popen[bytes]) -> None:
        """Start the SSH server once the container runs."""
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
        """Let the app reach AWS, and its agent register, before the script runs."""
        if self._loopback is None:
            self._loopback = Loopback(pid=pid, port=self._start.port)
        if self._agent is not None:
            self._agent.install()
            (self._folder / "internal" / _READY).touch()

    def _write(self, lines: list[bytes]) -> None:
        self._write_script_log()
        for line in lines:
            if text := line.decode("utf-8", "replace").rstrip("\r"):
                self._last_line = text
                if not self._stopped:
                    self._log(text, False)

    def _write_script_log(self) -> None:
        """Log what the script has printed, once it has ended."""
        path = self._folder / "internal" / _SCRIPT_LOG
        if (path.with_name(_SCRIPT_CODE)).exists() and path.exists():
            for line in path.read_text(errors="replace").splitlines():
                self._last_line = line
                self._log(line, True)
            path.unlink()

    def _why(self, code: int) -> str:
        path = self._folder / "internal" / _SCRIPT_CODE
        of_script = path.read_text().strip() if path.exists() else "0"
        if of_script != "0":
            return f"The lifecycle configuration ended with exit code {of_script}"
        return f"The container of the app ended with exit code {code}"

    def _close(self) -> None:
        for part in (self._agent, self._server):
            if part is not None:
                part.stop()
        if self._loopback is not None:
            self._loopback.close()

    def _end(self, why: str) -> None:
        self._close()
        with self._changed:
            self.failure = why
            self._over = True
            self._changed.notify_all()


class ContainerNode:
    """A container as the node that the agent in it has registered: SSH reaches its own sshd."""

    def __init__(self, app: ContainerApp) -> None:
        self._app = app
        self.connect_port = app.connect_port
        self.open_terminal = app.open_terminal
        self.run_command = app.run_command

    def connect(self) -> socket.socket:
        """A connection to its sshd. Raises OSError."""
        return self._app.connect_port(SSH_PORT)


_LOADING = threading.Lock()
