"""`studio demo`."""

import pytest

from settings import load
from settings.paths import PROJECT
from tests.scripts.conftest import CommandLine


@pytest.mark.parametrize("named", [False, True])
def test_the_demo_reads_no_other_settings_than_its_own(studio: CommandLine, named: bool) -> None:
    broken, own = studio.folder / "broken.toml", studio.folder / "studio.toml"
    broken.write_text("network.zones = 9\n")
    studio.monkeypatch.setattr("settings.paths.STUDIO_TOML", broken)
    if not named:
        studio.monkeypatch.delenv("STUDIO_CONFIG")
    run = studio.replace("scripts.demo.run", 0)
    assert studio.run("demo").code == 0
    assert run.call_args.args[1] == load(own if named else PROJECT / "demo.toml")
