"""The files that environment variables name."""

from pathlib import Path

import pytest

from settings.paths import PROJECT, STUDIO_TOML, images_folder, record_file, settings_file


def test_by_default_they_are_the_projects() -> None:
    for environment in ({}, {"STUDIO_CONFIG": "", "STUDIO_VERSIONS": "", "STUDIO_IMAGES": ""}):
        assert settings_file(environment) == STUDIO_TOML
        assert record_file(environment) == PROJECT / "studio.versions.toml"
        assert images_folder(environment) == PROJECT / "image"


def test_each_can_be_another_absolute_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings_file({"STUDIO_CONFIG": "lab.toml"}) == tmp_path / "lab.toml"
    assert record_file({"STUDIO_CONFIG": "lab.toml"}) == tmp_path / "lab.versions.toml"
    assert record_file({"STUDIO_VERSIONS": "v.toml"}) == tmp_path / "v.toml"
    assert images_folder({"STUDIO_IMAGES": "ours"}) == tmp_path / "ours"
