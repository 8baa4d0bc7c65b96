"""A clone of the project."""

from pathlib import Path

import pytest

from studio_emulator.server import Emulator
from tests.studio.terraform.clone import Clone, Synthesized


@pytest.fixture
def clone(entered: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    monkeypatch.setattr("scripts.state.Deployment", Synthesized)
    entered.client("s3").create_bucket(Bucket="team-state")
    return Clone(tmp_path)
