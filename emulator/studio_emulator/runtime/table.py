"""The apps that run, by the space or the node that sessions reach them under."""

from __future__ import annotations

import itertools
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from studio_emulator.runtime.process_app import ProcessApp

_NUMBERS = itertools.count(1)


class _Run:
    """One emulator's apps and homes: a folder, and the process that deletes it in the end."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(8)
        self.folder = Path(tempfile.mkdtemp(prefix="studio-emulator-"))
        self.homes: dict[str, Path] = {}
        self.apps: dict[str, ProcessApp] = {}
        self._janitor: subprocess.Popen[bytes] | None = None

    def watch(self) -> None:
        """Start the janitor, unless it runs."""
        if self._janitor is not None and self._janitor.poll() is None:
            return
        module = "studio_emulator.runtime.janitor"
        command = [sys.executable, "-P", "-m", module, str(self.folder), self.name]
        # Its standard input ends with this process, however that ends.
        self._janitor = subprocess.Popen(
            command, cwd="/", stdin=subprocess.PIPE, start_new_session=True
        )

    def home_of(self, target: str) -> Path:
        if target not in self.homes:
            home = self.folder / f"home-{next(_NUMBERS)}"
            home.mkdir(mode=0o700)
            self.homes[target] = home
        return self.homes[target]

    def close(self) -> None:
        for app in self.apps.values():
            app.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert self._janitor is not None
        assert self._janitor.stdin is not None
        self._janitor.stdin.close()
        self._janitor.wait()


_RUNS: list[_Run] = []


def start(target: str, environment: Mapping[str, str]) -> ProcessApp:
    """Start the app of a space or a node, in the home directory that it had before."""
    run = _run()
    run.watch()
    number = next(_NUMBERS)
    app = run.apps[target] = ProcessApp(
        mark=f"{run.name}/{number}",
        home=run.home_of(target),
        socket_path=run.folder / f"{number}.sock",
        environment=environment,
    )
    return app


def of(target: str) -> ProcessApp | None:
    """The app that was started there and not stopped."""
    return _RUNS[0].apps.get(target) if _RUNS else None


def ended(target: str) -> bool:
    """Whether an app was started there and has ended by itself."""
    app = of(target)
    return app is not None and not app.runs()


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


def _run() -> _Run:
    if not _RUNS:
        _RUNS.append(_Run())
    return _RUNS[0]
