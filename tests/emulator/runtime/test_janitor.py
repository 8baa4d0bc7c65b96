"""What remains after the end of an emulator: nothing, also after a killed one."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from studio.processes import ending
from studio_emulator.runtime import engine
from tests.e2e.small_studio import SmallStudio
from tests.emulator.runtime.containers import SECONDS, ContainerStudio
from tests.emulator.runtime.running import USER, gone
from tests.emulator.sessions.channels import eventually


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


@pytest.mark.slow
@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_processes_end_after_the_emulator(end: str) -> None:
    command = Command()
    try:
        studio: Any = SmallStudio(command, USER)  # type: ignore[arg-type]
        studio.start(USER, "ml.t3.large")
        # Python starts short-lived programs to find libraries.
        started = psutil.Process(command.process.pid).children()
        (folder,) = {Path(word).parent for p in started for word in p.cmdline() if ".sock" in word}
        assert folder.is_dir()
    finally:
        getattr(command.process, end)()
        command.process.wait(60)
    assert eventually(lambda: not folder.exists() and all(map(gone, started)))


def containers_and_images(here: engine.Engine, pid: int) -> list[str]:
    """The containers and images of the emulator with this process id."""
    names = [*here("ps", "--all", "--format", "{{.Names}}").split(), *here.images()]
    return [name for name in names if f"{engine.PREFIX}-{pid}-" in name]


def end(here: engine.Engine, command: Command, *, how: str) -> None:
    """End an emulator."""
    emulator = psutil.Process(command.process.pid)
    if how == "killed with its janitor":
        (janitor,) = (p for p in psutil.process_iter() if is_janitor(p, emulator.pid))
        janitor.kill()
    if how == "ended with its process tree":
        ending.end(emulator, grace=SECONDS)
    elif how == "killed with its process tree":
        ending.kill(emulator)
    else:
        emulator.kill()
    command.process.wait(60)
    if how == "killed with its janitor":
        here.sweep()  # as the next emulator does


def is_janitor(process: psutil.Process, pid: int) -> bool:
    """Whether it is the janitor of the emulator with this process id."""
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return any("janitor" in word for word in words) and words[-1].startswith(f"{pid}-")


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
def test_containers_end_after_the_emulator(engine_here: engine.Engine, how: str) -> None:
    command = Command("--option", "apps=containers")
    pid = command.process.pid
    try:
        other = ContainerStudio(command)  # type: ignore[arg-type]
        other.start(USER, "ml.t3.large", **other.attach("tiny"))
        started = psutil.Process(pid).children(recursive=True)
        assert len(containers_and_images(engine_here, pid)) == 2
        end(engine_here, command, how=how)
    finally:
        command.process.kill()
        command.process.wait(60)
    assert eventually(lambda: containers_and_images(engine_here, pid) == [], seconds=SECONDS)
    assert eventually(lambda: all(map(gone, started)))
    folders = f"{engine.PREFIX}-{pid}-*"
    assert eventually(lambda: not list(Path(tempfile.gettempdir()).glob(folders)))
