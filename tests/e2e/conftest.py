"""An emulated AWS and a folder for each test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studio.images.engines import ENGINE
from studio.lifecycle import emulated
from tests import provider
from tests.e2e.deployments import NewAccount, Studio

if TYPE_CHECKING:
    from studio_emulator.server import Emulator
    from tests.e2e.connected_studio import ConnectedStudio


@pytest.fixture(autouse=True)
def _no_engine_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ignore the engine in the environment."""
    monkeypatch.delenv(ENGINE, raising=False)


@pytest.fixture(scope="session")
def new_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewAccount]:
    """A function that resets the shared emulated AWS, and sets its options."""
    from studio_emulator.options import Options

    log = tmp_path_factory.mktemp("emulator") / "emulator.log"
    with (
        emulated.aws(log=log, speed=1000, region="us-east-1") as started,
        provider.shared(started) as aws,
    ):

        def new(*chosen: str) -> emulated.EmulatedAws:
            options = Options(speed=100)
            options.update_from_text(list(chosen))
            aws.change("faults", {})
            aws.change("settings", options.as_dict())
            aws.change("reset", {})
            return aws

        yield new


@pytest.fixture
def studio(tmp_path: Path, new_account: NewAccount) -> Callable[..., Studio]:
    """An emulated AWS, with these options, and a folder for a deployment."""
    return lambda *options: Studio.in_folder(tmp_path / "deployment", new_account(*options))


@pytest.fixture(scope="module")
def connected(
    tmp_path_factory: pytest.TempPathFactory, _emulator: "Emulator"
) -> Iterator["ConnectedStudio"]:
    """An emulated Studio with running sshds, shared by the tests of a file."""
    # The import takes seconds, and most tests do not need it.
    from tests.e2e.connected_studio import ConnectedStudio

    _emulator.reset()
    _emulator.options.update({"speed": 1000})
    with ConnectedStudio(tmp_path_factory.mktemp("connected"), _emulator) as found:
        yield found


@pytest.fixture(scope="session")
def on_ci() -> bool:
    return os.environ.get("CI") == "true"
