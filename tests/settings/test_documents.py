"""Settings files that extend others, and the CSV file of their users."""

from pathlib import Path

import pytest

from settings.errors import show
from settings.loading import settings_files
from tests.settings.samples import loaded, people, refusal, write


@pytest.fixture
def teams(tmp_path: Path) -> Path:
    """base.toml, and teams/vision.toml, which extends it."""
    (tmp_path / "base.toml").write_text(
        'region = "eu-west-1"\ntags = { CostCentre = "1", Team = "all" }\n'
        '[defaults]\nidle_minutes = 60\nspace.volume_gb = 50\n[users.alice]\nconnect = "native"\n'
    )
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams" / "vision.toml").write_text(
        'extends = "../base.toml"\nname = "vision"\ntags.Team = "vision"\n'
        "[defaults.space]\nvolume_gb = 80\n[users.bob]\n"
    )
    return tmp_path


def test_tables_are_merged_and_other_values_replaced(teams: Path) -> None:
    found = loaded(teams / "teams" / "vision.toml")
    assert (found.name, found.region) == ("vision", "eu-west-1")
    assert found.tags == {"CostCentre": "1", "Team": "vision"}
    assert (found.defaults.idle_minutes, found.defaults.space.volume_gb) == (60, 80)
    assert set(found.users) == {"alice", "bob"}


def test_list_of_the_files_that_settings_are_read_from(teams: Path) -> None:
    assert [path.resolve() for path in settings_files(teams / "teams" / "vision.toml")] == [
        teams / "teams" / "vision.toml",
        teams / "base.toml",
    ]


def test_an_error_names_the_file_with_the_wrong_value(teams: Path) -> None:
    write(teams, "[defaults]\nidle_minutes = 5\n", "base.toml")
    assert refusal(teams / "teams" / "vision.toml") == (
        f"{teams / 'teams' / '../base.toml'}: defaults.idle_minutes = 5: a whole number from 60 to "
        "525600 (minutes)"
    )


def test_an_error_names_the_file_that_overrides_a_valid_value(teams: Path) -> None:
    own = write(teams / "teams", 'extends = "vision.toml"\ndefaults.idle_minutes = 1\n', "own.toml")
    assert refusal(own).startswith(f"{own}: defaults.idle_minutes = 1: ")


def test_files_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    first = write(tmp_path, 'extends = "b.toml"\n', "a.toml")
    second = write(tmp_path, 'extends = "a.toml"\n', "b.toml")
    assert refusal(first) == (f'{second}: extends = "a.toml": a file that does not extend this one')


def test_a_chain_of_more_than_5_files_is_refused(tmp_path: Path) -> None:
    for number in range(6):
        write(tmp_path, f'extends = "{number + 1}.toml"\n', f"{number}.toml")
    assert "a chain of at most 5 files" in refusal(tmp_path / "0.toml")
    write(tmp_path, "[users.alice]\n", "5.toml")
    assert "a chain of at most 5 files" in refusal(tmp_path / "0.toml")
    assert list(loaded(tmp_path / "1.toml").users) == ["alice"]


def test_an_error_names_an_extended_file_that_is_not_toml(teams: Path) -> None:
    write(teams, "a = \n", "base.toml")
    assert "base.toml: not TOML" in refusal(teams / "teams" / "vision.toml")


def test_a_table_of_the_settings_adds_to_the_line(tmp_path: Path) -> None:
    path = people(tmp_path, "name,group,idle_minutes,space.volume_gb\nalice,vision,60,40\n")
    found = loaded(path)
    assert list(found.users) == ["alice"]
    assert (found.users["alice"].group, found.idle_minutes("alice")) == ("vision", 90)
    assert found.space("alice").volume_gb == 40


def test_a_csv_file_adds_its_users_and_is_a_settings_file(tmp_path: Path) -> None:
    path = people(tmp_path, "name\nbob\n")
    assert settings_files(path) == (path, path.with_name("people.csv"))
    assert list(loaded(path).users) == ["bob", "alice"]


def test_an_error_names_the_file_of_the_value_of_a_user_in_both(tmp_path: Path) -> None:
    path = people(tmp_path, "name,group,idle_minutes\nalice,vision,60\n")
    path.write_text(path.read_text().replace("90", "5"))
    assert refusal(path).startswith(f"{path}: users.alice.idle_minutes = 5: ")
    path = people(tmp_path, "name,group,idle_minutes\nalice,audio,60\n")
    file = path.with_name("people.csv")
    path.write_text(path.read_text().replace("= 5", "= 90"))
    assert refusal(path).startswith(f'{file}, line 2: users.alice.group = "audio": ')


@pytest.mark.parametrize("key", ["extends", "users_from"])
@pytest.mark.parametrize(
    ("name", "problem"),
    [("no.toml", "no such file"), ("folder", "not a file"), ("a" * 300, "no such file")],
    ids=["missing", "folder", "too long"],
)
def test_a_path_must_be_that_of_a_file(tmp_path: Path, key: str, name: str, problem: str) -> None:
    (tmp_path / "folder").mkdir()
    path = write(tmp_path, f'{key} = "{name}"\n', "a.toml")
    assert refusal(path) == f"{path}: {key} = {show(name)}: {problem}"
