"""One emulated AWS and one folder a test."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studio.images.engines import ENGINE
from tests.e2e.deployments import Studio, started

if TYPE_CHECKING:
    from studio_emulator.server import Emulator
    from tests.e2e.connected_studio import ConnectedStudio


@pytest.fixture(autouse=True)
def _no_engine_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says; a test may choose one."""
    monkeypatch.delenv(ENGINE, raising=False)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    """Starts an emulated AWS, with these options, and a folder for a deployment."""
    with ExitStack() as running:

        def start(*options: str) -> Studio:
            return running.enter_context(started(tmp_path, *options))

        yield start


@pytest.fixture(scope="module")
def connected(
    tmp_path_factory: pytest.TempPathFactory, _emulator: "Emulator"
) -> Iterator["ConnectedStudio"]:
    """An emulated Studio with running sshds, shared by the tests of a file."""
    # The emulator takes seconds to import, and only some of these tests run it in their process.
    from tests.e2e.connected_studio import ConnectedStudio

    _emulator.reset()
    _emulator.options.update({"speed": 1000})
    with ConnectedStudio(tmp_path_factory.mktemp("connected"), _emulator) as found:
        yield found


@pytest.fixture(scope="session")
def on_ci() -> bool:
    return os.environ.get("CI") == "true"
