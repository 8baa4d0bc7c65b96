"""The running apps by space or node; when their home directories are created and deleted."""

import itertools
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from studio_emulator.runtime import engine, janitor
from studio_emulator.runtime.container_app import ContainerApp, ContainerNode
from studio_emulator.runtime.container_start import Start
from studio_emulator.runtime.engine import Engine
from studio_emulator.runtime.node_agent import Service
from studio_emulator.runtime.process_app import ProcessApp

App = ProcessApp | ContainerApp
_NUMBERS = itertools.count(1)


class _Run:
    """The apps of an emulator, with a folder for their homes and a janitor that deletes it."""

    def __init__(self) -> None:
        janitor.sweep()
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.folder = janitor.folder_of(self.name)
        self.folder.mkdir(mode=0o700)
        self._lock = janitor.lock(self.folder)
        self.homes: dict[str, Path] = {}
        self.apps: dict[str, App] = {}
        self.nodes: dict[str, str] = {}
        self._engine: Engine | None = None
        self._start: subprocess.Popen[bytes] | None = None
        self._janitor: psutil.Process | None = None

    def start_janitor(self) -> None:
        if self._janitor is not None and self._janitor.is_running():
            return
        command = [sys.executable, "-P", "-m", janitor.__name__, str(self.folder)]
        # The end of this process closes the janitor's standard input.
        self._start = subprocess.Popen(
            command, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        assert self._start.stdout is not None
        self._janitor = psutil.Process(int(self._start.stdout.readline()))
        self._start.wait()

    def engine(self) -> Engine:
        """The engine of this run; records it for the janitor. Raises EngineError."""
        if self._engine is None:
            self._engine = engine.find()
            (self.folder / engine.ENGINE_FILE).write_text(self._engine.name)
            janitor.sweep_containers(self._engine)
        return self._engine

    def home_of(self, target: str) -> Path:
        if target not in self.homes:
            home = self.folder / f"home-{next(_NUMBERS)}"
            home.mkdir(mode=0o700)
            self.homes[target] = home
        return self.homes[target]

    def close(self) -> None:
        for app in self.apps.values():
            app.stop()
        if self._janitor is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            self.start_janitor()
            assert self._start is not None
            # Wait for the janitor's end, which closes its output.
            self._start.communicate()
        os.close(self._lock)


_RUNS: list[_Run] = []


def find_engine() -> None:
    """Find a container engine. Raises EngineError."""
    _run().engine()


def start(target: str, environment: Mapping[str, str]) -> None:
    """Start the app of a space or node as a process; it keeps its home directory."""
    run = _run()
    run.start_janitor()
    number = next(_NUMBERS)
    run.apps[target] = ProcessApp(
        mark=f"{run.name}/{number}",
        home=run.home_of(target),
        socket_path=run.folder / f"{number}.sock",
        environment=environment,
    )


def start_container(
    target: str, start: Start, *, log: Callable[[str, bool], None], service: Service
) -> None:
    """Start the app of a space as a container; it keeps its home directory.

    log: called with each line and whether the lifecycle configuration printed it. service: for the
    agent in the container. Raises EngineError.
    """
    run = _run()
    run.start_janitor()
    run.apps[target] = ContainerApp(
        engine=run.engine(),
        run=run.name,
        number=next(_NUMBERS),
        start=start,
        home=run.home_of(target),
        folder=run.folder,
        log=log,
        service=service,
    )


def connect_node(node: str, target: str) -> None:
    """Connect sessions to a node with the container of `target`."""
    _run().nodes[node] = target


def app_of(target: str) -> App | ContainerNode | None:
    """The running app of a space or node, or the container that is the node."""
    app = _app(target)
    if app is None and _RUNS:
        container = _app(_RUNS[0].nodes.get(target, ""))
        return ContainerNode(container) if isinstance(container, ContainerApp) else None
    return app


def is_container(node: str) -> bool:
    """Whether the node is or was a container."""
    return bool(_RUNS) and node in _RUNS[0].nodes


def failure(target: str) -> str:
    """Why the app has ended; "" if it runs or was not started."""
    app = _app(target)
    return "" if app is None or app.runs() else app.failure


def starting(target: str) -> bool:
    app = _app(target)
    return isinstance(app, ContainerApp) and app.starting()


def stop(target: str) -> None:
    """End the app and all its processes; keep the home directory."""
    if _RUNS and (app := _RUNS[0].apps.pop(target, None)) is not None:
        app.stop()


def delete_home(target: str) -> None:
    """Delete the home directory of a space without a running app."""
    if _RUNS and (home := _RUNS[0].homes.pop(target, None)) is not None:
        shutil.rmtree(home, ignore_errors=True)


def reset() -> None:
    """Stop every app and delete every home directory."""
    while _RUNS:
        _RUNS.pop().close()


def _app(target: str) -> App | None:
    return _RUNS[0].apps.get(target) if _RUNS else None


def _run() -> _Run:
    if not _RUNS:
        _RUNS.append(_Run())
    return _RUNS[0]
