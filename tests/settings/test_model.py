"""The settings with all of their contradictions, and their file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import Settings, UserError
from settings.errors import ConflictingValues
from settings.paths import STUDIO_TOML


def test_all_contradictions_are_found_at_once() -> None:
    with pytest.raises(ValidationError) as raised:
        Settings.model_validate({"tags": {"name": "a"}, "users": {"alice": {"sso_user": "a"}}})
    (error,) = raised.value.errors()
    found = error["ctx"]["error"]
    assert isinstance(found, ConflictingValues)
    assert [problem.path for problem in found.problems] == [
        ("tags", "name"),
        ("users", "alice", "sso_user"),
    ]


def test_settings_name_their_file(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Settings().from_file(Path("/teams/lab.toml"))
    assert (lab.file, lab.file_name) == (Path("/teams/lab.toml"), "/teams/lab.toml")
    monkeypatch.setenv("STUDIO_CONFIG", "/teams/other.toml")
    assert Settings().file == Path("/teams/other.toml")
    assert lab.file == Path("/teams/lab.toml")
    monkeypatch.delenv("STUDIO_CONFIG")
    assert (Settings().file, Settings().file_name) == (STUDIO_TOML, "studio.toml")


def test_an_unknown_user_is_an_error() -> None:
    settings = Settings.model_validate({"users": {"alice": {}, "bob": {}}})
    team = settings.from_file(Path("/settings/team.toml"))
    team.require_user("bob")
    expected = r"carol: a user of /settings/team\.toml is expected; there are: alice, bob"
    with pytest.raises(UserError, match=expected):
        team.require_user("carol")
