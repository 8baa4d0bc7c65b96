"""Users from a CSV file."""

from pathlib import Path

import pytest

from settings import ConnectMethod, load
from settings.loading import settings_files
from tests.settings.conftest import Refusal

HEAD = "name,group,idle_minutes,images,connect,space.instance_type,space.volume_gb\n"


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """studio.toml, which takes its users from people.csv."""
    path = tmp_path / "studio.toml"
    path.write_text(
        'users_from = "people.csv"\n[groups.vision]\n[users.alice]\nidle_minutes = 90\n'
    )
    return path


def people(file: Path, lines: str) -> Path:
    """The CSV file beside the settings."""
    path = file.with_name("people.csv")
    path.write_bytes(lines.encode())
    return path


def test_each_line_is_a_user(settings_file: Path, images: Path) -> None:
    people(settings_file, f"{HEAD}bob,vision,60,slim,ssh-helper,ml.t3.xlarge,40\r\ncarol,,,,,,\n\n")
    found = load(settings_file, images=images)
    assert list(found.users) == ["bob", "carol", "alice"]
    assert (found.users["bob"].group, found.idle_minutes("bob")) == ("vision", 60)
    assert found.connect("bob") is ConnectMethod.SSH_HELPER
    space = found.space("bob")
    assert (space.instance_type, space.volume_gb, space.image) == ("ml.t3.xlarge", 40, "slim")
    assert found.space("carol") == found.space("alice")


def test_a_table_of_the_settings_adds_to_the_line(settings_file: Path, images: Path) -> None:
    people(settings_file, f"{HEAD}alice,vision,60,,,,40\n")
    found = load(settings_file, images=images)
    assert list(found.users) == ["alice"]
    assert (found.users["alice"].group, found.idle_minutes("alice")) == ("vision", 90)
    assert found.space("alice").volume_gb == 40


def test_the_csv_file_is_a_settings_file(settings_file: Path) -> None:
    path = people(settings_file, "name\nbob\n")
    assert settings_files(settings_file) == (settings_file, path)


def test_a_byte_order_mark_and_spaces_are_ignored(settings_file: Path, images: Path) -> None:
    people(settings_file, "\ufeffname, group\n bob , vision\n")
    assert load(settings_file, images=images).users["bob"].group == "vision"


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (f"{HEAD}bob,,5,,,,\n", "line 2: users.bob.idle_minutes = 5: a whole number from 60"),
        (f'{HEAD}bob,,"5 h",,,,\n', 'line 2: users.bob.idle_minutes = "5 h": a whole number from'),
        (f"{HEAD}carol,,,,,,\nbob,,,,,ml.nope,\n", "line 3: users.bob.space.instance_type = "),
        (f"{HEAD}bob,audio,,,,,\n", 'line 2: users.bob.group = "audio": a group of the settings'),
        (f"{HEAD}bob,,,torch,,,\n", 'line 2: users.bob.images[0] = "torch": an enabled image'),
        ("name\nb_b\n", "line 2: users.b_b = {}: a user profile's name"),
        ("name\nbob\nBOB\n", "line 3: users.BOB = {}: a name that differs from bob in more"),
        ("name\nbob\n\nbob\n", 'line 4: name = "bob": a unique name; line 2 has the same'),
        ("name,group\n,vision\n", 'line 2: name = "": a user profile\'s name'),
        ("name,group\nbob\n", "line 2: 1 values; the first line has 2 columns"),
        ("name;group\nbob;x\n", 'line 1: column "name;group": one of name, group, sso_user'),
        ("name,name\nbob,bob\n", 'line 1: column "name": each column once'),
        ("group\nvision\n", "line 1: no column name; the first line names the columns"),
        ("", "line 1: no column name; the first line names the columns"),
        ('name\n"bob\n', "line 2: not CSV: unexpected end of data"),
    ],
)
def test_an_error_has_the_number_of_the_line(
    settings_file: Path, refusal: Refusal, lines: str, line: str
) -> None:
    path = people(settings_file, lines)
    assert refusal(settings_file).startswith(f"{path}, {line}")


def test_errors_in_the_csv_and_in_values_have_the_order_of_the_lines(
    settings_file: Path, refusal: Refusal
) -> None:
    lines = "user-2,,5,,,,\nuser-3\nuser-4,,1 h,,,,\n,vision,,,,,\n"
    path = people(settings_file, HEAD + lines)
    found = refusal(settings_file)
    assert found.startswith(f"{path}, line 2: users.user-2.idle_minutes = 5: ")
    assert found.endswith("(and 3 more; lines 3, 4, 5)")


def test_the_first_message_has_the_number_of_errors(settings_file: Path, refusal: Refusal) -> None:
    lines = [f"user-{n},{'10' if n % 20 == 7 else '60'}" for n in range(200)]
    path = people(settings_file, "\n".join(["name,idle_minutes", *lines]))
    found = refusal(settings_file)
    assert found.startswith(f"{path}, line 9: users.user-7.idle_minutes = 10: a whole number")
    assert found.endswith("(and 9 more; lines 29, 49, 69, 89, 109, 129, 149, 169, 189)")


def test_the_list_of_wrong_lines_is_cut(settings_file: Path, refusal: Refusal) -> None:
    path = people(settings_file, "name,idle_minutes\n" + "".join(f"u{n},1\n" for n in range(200)))
    found = refusal(settings_file)
    assert found.startswith(f"{path}, line 2: users.u0.idle_minutes = 1: ")
    assert found.endswith(" 31, 32, ...)")
    assert "(and 199 more; lines 3, 4, " in found


def test_errors_in_the_settings_precede_errors_in_the_csv_file(
    settings_file: Path, refusal: Refusal
) -> None:
    people(settings_file, "name,group\nbob\n,vision\n")
    settings_file.write_text(f"region = 5\n{settings_file.read_text()}")
    found = refusal(settings_file)
    assert found.startswith(f"{settings_file}: region = 5: ")
    assert found.endswith("(and 2 more; lines 2, 3)")


@pytest.mark.parametrize("folder", [False, True])
def test_a_missing_file_is_refused(settings_file: Path, refusal: Refusal, folder: bool) -> None:
    if folder:
        settings_file.with_name("people.csv").mkdir()
    assert refusal(settings_file) == (f'{settings_file}: users_from = "people.csv": no such file')
