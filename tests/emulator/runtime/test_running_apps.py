"""Apps as processes: their homes, their end."""

from collections.abc import Iterator

import psutil
import pytest

from studio_emulator.runtime import running_apps
from studio_emulator.runtime.process_app import ProcessApp
from tests.emulator.runtime.running import DETACHED, gone, run


@pytest.fixture
def lab() -> Iterator[str]:
    """The name of a space; its app ends with the test."""
    yield "lab"
    running_apps.reset()


@pytest.mark.slow
def test_home_exists_until_it_is_deleted(lab: str) -> None:
    running_apps.start(lab, {})
    app = running_apps.app_of(lab)
    assert isinstance(app, ProcessApp)
    # The folder of the homes also has the sockets.
    for folder in (app.home, app.home.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    running_apps.start("other", {})
    assert run(running_apps.app_of("other"), "pwd")[1] != run(app, "pwd")[1]
    detached = psutil.Process(int(run(app, DETACHED)[1]))
    run(app, "echo kept > file")
    running_apps.stop(lab)
    assert (gone(detached), running_apps.app_of(lab)) == (True, None)

    running_apps.start(lab, {})
    assert run(running_apps.app_of(lab), "cat file")[1] == "kept\n"
    running_apps.stop(lab)
    running_apps.delete_home(lab)
    assert not app.home.exists()
