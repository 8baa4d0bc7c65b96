"""The container engine, docker or podman, whichever responds; `janitor` decides what is removed."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

PREFIX = "studio-emulator"
ENGINE_FILE = "engine"
"""The file in a run's folder with the name of its engine."""

_NAMES = ("docker", "podman")
_ANSWER_SECONDS = 60.0
_OF_A_RUN = re.compile(rf"(?:localhost/)?{PREFIX}-(\d+-[a-z0-9_]+)")


class EngineError(Exception):
    """The engine failed, or this machine cannot run containers."""


@dataclass(frozen=True)
class Engine:
    name: str

    def __call__(self, *words: str) -> str:
        """The output of a command. Raises EngineError."""
        try:
            done = self.run(*words, seconds=_ANSWER_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"{self.name} {words[0]}: {error}") from None
        if done.returncode:
            raise EngineError(f"{self.name} {words[0]}: {_last_line(done.stderr)}")
        return done.stdout

    def run(self, *words: str, seconds: float) -> subprocess.CompletedProcess[str]:
        """Run a command; ignore its exit code. Raises OSError, subprocess.TimeoutExpired."""
        return subprocess.run(
            [self.name, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )

    def load(self, write: Callable[[IO[bytes]], None]) -> None:
        """Load the image archive that `write` writes. Raises EngineError."""
        with (
            tempfile.TemporaryFile() as printed,
            subprocess.Popen(
                [self.name, "load"], stdin=subprocess.PIPE, stdout=printed, stderr=printed
            ) as loading,
        ):
            assert loading.stdin is not None
            failure = ""
            try:
                write(loading.stdin)
                loading.stdin.close()
            except OSError as error:
                loading.kill()
                failure = str(error)
            if loading.wait() or failure:
                printed.seek(0)
                last_line = _last_line(printed.read().decode())
                raise EngineError(f"{self.name} load: {last_line or failure}")

    def remove(self, run: str) -> None:
        """Remove the containers and images of a run. Raises EngineError."""
        for name in self._containers():
            if name.startswith(f"{PREFIX}-{run}-"):
                self._remove("rm", name)
        for name in self.images():
            if f"{PREFIX}-{run}:" in name:
                self._remove("rmi", name)

    def runs(self) -> set[str]:
        """The runs that have containers or images. Raises EngineError."""
        names = [*self._containers(), *self.images()]
        return {of_a_run[1] for name in names if (of_a_run := _OF_A_RUN.match(name))}

    def _containers(self) -> list[str]:
        return self("ps", "--all", "--format", "{{.Names}}").split()

    def images(self) -> list[str]:
        """REPOSITORY:TAG of every image. Raises EngineError."""
        words = ("images", "--format", "{{.Repository}}:{{.Tag}}")
        with suppress(EngineError):  # of podman, if another process removes an image meanwhile
            return self(*words).split()
        return self(*words).split()

    def _remove(self, command: str, name: str) -> None:
        try:
            self(command, "--force", name)
        except EngineError:
            # A container that ends removes itself at the same time.
            if name in (*self._containers(), *self.images()):
                raise


def find() -> Engine:
    """The first engine that works. Raises EngineError."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise EngineError("only root may enter a container, and on Linux only")
    found = [name for name in _NAMES if shutil.which(name)]
    for name in found:
        try:
            Engine(name)("ps")
        except EngineError as error:
            failure = str(error)
        else:
            return Engine(name)
    raise EngineError(failure if found else f"none of {', '.join(_NAMES)} is on PATH")


def _last_line(printed: str) -> str:
    lines = printed.strip().splitlines()
    return lines[-1] if lines else ""
