"""Fixtures: an engine of this machine, or a stand-in; a Studio whose apps are containers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio_emulator.runtime import engine, running_apps
from studio_emulator.server import Emulator
from tests.emulator.runtime.containers import ContainerStudio, require_containers
from tests.emulator.runtime.engines import CONTINUES, ENDED, STAND_IN, program


@pytest.fixture(scope="module")
def engine_here() -> engine.Engine:
    """The engine of this machine, or skip."""
    try:
        return engine.find()
    except engine.EngineError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def container_studio(
    aws_of_file: Emulator, engine_here: engine.Engine
) -> Iterator[ContainerStudio]:
    """Skips where containers do not run."""
    aws_of_file.options.update({"apps": "containers", "speed": 1000})
    made = ContainerStudio(aws_of_file)
    made.tiny = made.attach("tiny")
    require_containers(engine_here)
    yield made
    running_apps.reset()


@pytest.fixture
def stand_in(tmp_path: Path) -> engine.Engine:
    """An engine with a container and an image of two runs."""
    (tmp_path / "containers").mkdir()
    names = [f"{engine.PREFIX}-{run}" for run in (ENDED, CONTINUES)]
    for name in names:
        (tmp_path / f"containers/{name}-1").touch()
    images = ["python:3", *(f"localhost/{name}:v1" for name in names)]
    (tmp_path / "images").write_text("\n".join(images))
    return engine.Engine(program(tmp_path, "docker", STAND_IN))
