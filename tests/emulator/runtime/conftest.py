"""Fixtures: the container engine of this machine, and a Studio whose apps are containers."""

from collections.abc import Iterator

import pytest

from studio_emulator.runtime import engine, running_apps
from studio_emulator.server import Emulator
from tests.emulator.runtime.containers import ContainerStudio, require_containers


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
