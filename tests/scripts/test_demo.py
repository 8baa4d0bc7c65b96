"""`studio demo`."""

from pathlib import Path

import pytest

from scripts import cli
from settings import Settings, load
from settings.paths import PROJECT


@pytest.mark.parametrize("named", [False, True])
def test_the_demo_reads_no_other_settings_than_its_own(
    named: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "studio.toml"
    broken.write_text("network.zones = 9\n")
    own = tmp_path / "own.toml"
    own.write_text('name = "own"\n[users.alice]\n')
    given: list[Settings] = []
    monkeypatch.setattr("settings.paths.STUDIO_TOML", broken)

    def run(_: object, settings: Settings) -> int:
        given.append(settings)
        return 0

    monkeypatch.setattr("scripts.demo.run", run)
    monkeypatch.setenv("STUDIO_CONFIG", str(own))
    if not named:
        monkeypatch.delenv("STUDIO_CONFIG")
    assert cli.main(["demo"]) == 0
    assert given == [load(own if named else PROJECT / "demo.toml")]
