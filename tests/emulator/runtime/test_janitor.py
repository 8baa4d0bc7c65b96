"""What remains after the end of an emulator: nothing, also after a killed one."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import psutil
import pytest

from studio.processes import ending
from studio_emulator.runtime import janitor, running_apps
from studio_emulator.runtime.engine import PREFIX, Engine
from tests.e2e.small_studio import SmallStudio
from tests.emulator.runtime.containers import SECONDS, ContainerStudio
from tests.emulator.runtime.engines import CONTINUES, ENDED
from tests.emulator.runtime.running import DETACHED, USER, gone, run
from tests.emulator.sessions.channels import eventually

DIES = """
import os, signal
from studio_emulator import crash
from studio_emulator.lock import LOCK
from studio_emulator.runtime import running_apps

def continues():
    print(os.getpid(), flush=True)
    signal.pause()

running_apps.start("lab", {})
print(running_apps.app_of("lab").home, flush=True)
LOCK.acquire()
crash.crash(continues)
"""
"""An emulator that starts an app and continues after the fault `die`."""


class Command:
    """The command `studio-emulator`, with the interface that SmallStudio uses."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "studio_emulator", "--speed", "1000", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip().partition("=")[2]

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", **keys)


@pytest.mark.usefixtures("stand_in")
def test_next_emulator_removes_what_an_ended_one_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running_apps.reset()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    runs = ENDED, CONTINUES, f"{os.getpid()}-ab12"
    folders = [janitor.folder_of(run) for run in runs]
    for folder in folders:
        folder.mkdir()
    locked = janitor.lock(folders[1])
    running_apps.find_engine()
    running_apps.reset()
    assert [folder.exists() for folder in folders] == [False, True, True]
    removed = {*(tmp_path / "removed").read_text().splitlines()}
    assert removed == {f"rm {PREFIX}-{ENDED}-1", f"rmi localhost/{PREFIX}-{ENDED}:v1"}
    os.close(locked)


@pytest.mark.slow
def test_next_emulator_keeps_the_homes_of_one_that_continues_after_die() -> None:
    dying = subprocess.Popen(
        [sys.executable, "-c", DIES], stdout=subprocess.PIPE, start_new_session=True, text=True
    )
    try:
        assert dying.stdout is not None
        home, pid = Path(dying.stdout.readline().strip()), int(dying.stdout.readline())
        dying.wait(60)
        start_next()
        assert home.is_dir()
    finally:
        os.killpg(dying.pid, signal.SIGKILL)
    assert pid != dying.pid
    assert eventually(lambda: not home.parent.exists())


@pytest.mark.slow
@pytest.mark.parametrize(
    "how", ["terminated", "killed with its process tree", "killed with its janitor"]
)
def test_processes_end_after_the_emulator(how: str) -> None:
    command = Command()
    try:
        studio: Any = SmallStudio(command, USER)  # type: ignore[arg-type]
        studio.start(USER, "ml.t3.large")
        # Python starts short-lived programs to find libraries.
        started = psutil.Process(command.process.pid).children()
        (path,) = {word for p in started for word in p.cmdline() if ".sock" in word}
        with socket.socket(socket.AF_UNIX) as app:
            assert eventually(Path(path).is_socket)
            app.connect(path)
            detached = run(SimpleNamespace(connect=lambda: app), DETACHED)[1]
        started.append(psutil.Process(int(detached)))
        end(command, how=how)
    finally:
        command.process.kill()
        command.process.wait(60)
    assert eventually(lambda: not Path(path).parent.exists() and all(map(gone, started)))


def containers_and_images(here: Engine, pid: int) -> list[str]:
    """The containers and images of the emulator with this process id."""
    names = [*here("ps", "--all", "--format", "{{.Names}}").split(), *here.images()]
    return [name for name in names if f"{PREFIX}-{pid}-" in name]


def end(command: Command, *, how: str) -> None:
    """End an emulator."""
    emulator = psutil.Process(command.process.pid)
    if how == "killed with its janitor":
        (own,) = (
            process
            for process in psutil.process_iter(["cmdline"])
            if janitor.__name__ in (words := process.info["cmdline"] or [""])
            and f"/{PREFIX}-{emulator.pid}-" in words[-1]
        )
        own.kill()
    if how == "terminated":
        emulator.terminate()
    elif how == "ended with its process tree":
        ending.end(emulator, grace=SECONDS)
    elif how == "killed with its process tree":
        ending.kill(emulator)
    else:
        emulator.kill()
    command.process.wait(60)
    if how == "killed with its janitor":
        start_next()


def start_next() -> None:
    """Start an app as the next emulator does."""
    running_apps.reset()
    running_apps.start("lab", {})
    running_apps.reset()


@pytest.mark.container
@pytest.mark.usefixtures("container_studio")
@pytest.mark.parametrize(
    "how",
    [
        "killed",
        "killed with its janitor",
        "killed with its process tree",
        "ended with its process tree",
    ],
)
def test_containers_end_after_the_emulator(engine_here: Engine, how: str) -> None:
    command = Command("--option", "apps=containers")
    pid = command.process.pid
    try:
        other = ContainerStudio(command)  # type: ignore[arg-type]
        other.start(USER, "ml.t3.large", **other.attach("tiny"))
        started = psutil.Process(pid).children(recursive=True)
        assert len(containers_and_images(engine_here, pid)) == 2
        end(command, how=how)
    finally:
        command.process.kill()
        command.process.wait(60)
    assert eventually(lambda: containers_and_images(engine_here, pid) == [], seconds=SECONDS)
    assert eventually(lambda: all(map(gone, started)))
    folders = f"{PREFIX}-{pid}-*"
    assert eventually(lambda: not list(Path(tempfile.gettempdir()).glob(folders)))
