"""The files that environment variables name."""

from pathlib import Path

import pytest

from settings import paths
from settings.paths import (
    PROJECT,
    STUDIO_TOML,
    endpoints_file,
    file_name,
    images_folder,
    record_file,
    settings_file,
)


def test_the_default_paths_are_in_the_project() -> None:
    for environment in (
        {},
        {"STUDIO_CONFIG": "", "STUDIO_VERSIONS": "", "STUDIO_IMAGES": "", "STUDIO_ENDPOINTS": ""},
    ):
        assert settings_file(environment) == STUDIO_TOML
        assert record_file(STUDIO_TOML, environment) == PROJECT / "studio.versions.toml"
        assert endpoints_file(STUDIO_TOML, environment) == PROJECT / "studio.endpoints.toml"
        assert images_folder(environment) == PROJECT / "image"


def test_each_variable_sets_an_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings_file({"STUDIO_CONFIG": "lab.toml"}) == tmp_path / "lab.toml"
    assert record_file(tmp_path / "lab.toml", {}) == tmp_path / "lab.versions.toml"
    assert record_file(STUDIO_TOML, {"STUDIO_VERSIONS": "v.toml"}) == tmp_path / "v.toml"
    assert endpoints_file(STUDIO_TOML, {"STUDIO_ENDPOINTS": "e.toml"}) == tmp_path / "e.toml"
    assert images_folder({"STUDIO_IMAGES": "ours"}) == tmp_path / "ours"


def test_messages_name_the_settings_file_of_the_project_without_its_folder(tmp_path: Path) -> None:
    other = tmp_path / "studio.toml"
    assert (file_name(STUDIO_TOML), file_name(other)) == ("studio.toml", str(other))


def test_every_path_to_the_settings_file_of_the_project_is_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "studio.toml"
    file.touch()
    monkeypatch.setattr(paths, "STUDIO_TOML", file)
    (tmp_path / "teams").mkdir()
    (tmp_path / "link.toml").symlink_to(file)
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    monkeypatch.chdir(tmp_path)
    for named in ("studio.toml", "./studio.toml", "teams/../studio.toml", "link.toml"):
        assert settings_file({"STUDIO_CONFIG": named}) == file
    assert record_file(file, {}) == tmp_path / "studio.versions.toml"
    for other in ("loop.toml", "teams/studio.toml"):
        assert settings_file({"STUDIO_CONFIG": other}) == tmp_path / other
