"""The apps that run, by the space or the node that sessions reach them under."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from studio_emulator.runtime import engine
from studio_emulator.runtime.container_app import ContainerApp, ContainerNode
from studio_emulator.runtime.container_start import Start
from studio_emulator.runtime.engine import Engine
from studio_emulator.runtime.node_agent import Service
from studio_emulator.runtime.process_app import ProcessApp

App = ProcessApp | ContainerApp
_NUMBERS = itertools.count(1)


class _Run:
    """One emulator's apps and homes: a folder, and the process that deletes it in the end."""

    def __init__(self) -> None:
        self.name = f"{os.getpid()}-{secrets.token_hex(8)}"
        self.folder = Path(tempfile.mkdtemp(prefix=f"{engine.PREFIX}-{os.getpid()}-"))
        self.homes: dict[str, Path] = {}
        self.apps: dict[str, App] = {}
        self.nodes: dict[str, str] = {}
        self._engine: Engine | None = None
        self._start: subprocess.Popen[bytes] | None = None
        self._janitor: psutil.Process | None = None

    def watch(self) -> None:
        """Start the janitor, unless it runs."""
        if self._janitor is not None and self._janitor.is_running():
            return
        module = "studio_emulator.runtime.janitor"
        command = [sys.executable, "-P", "-m", module, str(self.folder), self.name]
        # Its standard input ends with this process, however that ends.
        self._start = subprocess.Popen(
            command, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        assert self._start.stdout is not None
        self._janitor = psutil.Process(int(self._start.stdout.readline()))
        self._start.wait()

    def engine(self) -> Engine:
        """The engine of this run, from now on known to the janitor. Raises EngineError."""
        if self._engine is None:
            self._engine = engine.find()
            (self.folder / engine.ENGINE_FILE).write_text(self._engine.name)
            engine.sweep_folders()
            self._engine.sweep()
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
            return
        self.watch()
        assert self._start is not None
        # Its output ends when it does.
        self._start.communicate()


_RUNS: list[_Run] = []


def find_engine() -> None:
    """Raises EngineError, with the reason, where no container engine can be used."""
    _run().engine()


def start(target: str, environment: Mapping[str, str]) -> None:
    """Start the app of a space or a node, in the home directory that it had before."""
    run = _run()
    run.watch()
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
    """Start the app of a space as a container, with the home directory that it had before.

    log: takes each line, and whether the script of the lifecycle configuration has printed it.
    service: what an agent in it registers with. Raises EngineError.
    """
    run = _run()
    run.watch()
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


def lead(node: str, target: str) -> None:
    """Sessions to a node lead to the container that was started at `target`."""
    _run().nodes[node] = target


def of(target: str) -> App | ContainerNode | None:
    """The app that was started there and not stopped, or the one that is a node of that id."""
    app = _app(target)
    if app is None and _RUNS:
        container = _app(_RUNS[0].nodes.get(target, ""))
        return ContainerNode(container) if isinstance(container, ContainerApp) else None
    return app


def is_container(node: str) -> bool:
    """Whether a container is, or was, the node of that id."""
    return bool(_RUNS) and node in _RUNS[0].nodes


def failure(target: str) -> str:
    """Why an app that was started there has ended by itself; "" where it runs, or none was."""
    app = _app(target)
    return "" if app is None or app.runs() else app.failure


def starting(target: str) -> bool:
    """Whether an app was started there and does not run yet."""
    app = _app(target)
    return app is not None and app.starting()


def stop(target: str) -> None:
    """End the app with all of its processes, if there is one; the home directory stays."""
    if _RUNS and (app := _RUNS[0].apps.pop(target, None)) is not None:
        app.stop()


def delete_home(target: str) -> None:
    """Delete the home directory of a space, whose app has stopped."""
    if _RUNS and (home := _RUNS[0].homes.pop(target, None)) is not None:
        shutil.rmtree(home, ignore_errors=True)


def forget() -> None:
    """Stop every app and delete every home directory."""
    while _RUNS:
        _RUNS.pop().close()


def _app(target: str) -> App | None:
    return _RUNS[0].apps.get(target) if _RUNS else None


def _run() -> _Run:
    if not _RUNS:
        _RUNS.append(_Run())
    return _RUNS[0]
