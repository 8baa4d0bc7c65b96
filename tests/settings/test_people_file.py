"""Users from a CSV file."""

from pathlib import Path

import pytest

from settings import ConnectMethod
from tests.settings.samples import loaded, people, refusal

HEAD = "name,group,idle_minutes,images,connect,space.instance_type,space.volume_gb\n"


def test_each_line_is_a_user(tmp_path: Path) -> None:
    lines = "bob,vision,60,slim,ssh-helper,ml.t3.xlarge,40\r\nbob-2,,,,,,\n\n"
    found = loaded(people(tmp_path, HEAD + lines))
    assert list(found.users) == ["bob", "bob-2", "alice"]
    assert (found.users["bob"].group, found.idle_minutes("bob")) == ("vision", 60)
    assert found.connect("bob") is ConnectMethod.SSH_HELPER
    space = found.space("bob")
    assert (space.instance_type, space.volume_gb, space.image) == ("ml.t3.xlarge", 40, "slim")
    assert found.space("bob-2") == found.space("alice")


def test_a_byte_order_mark_and_spaces_are_ignored(tmp_path: Path) -> None:
    path = people(tmp_path, "\ufeffname, group\n bob , vision\n")
    assert loaded(path).users["bob"].group == "vision"


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (f"{HEAD}bob,,5,,,,\n", "line 2: users.bob.idle_minutes = 5: a whole number from 60"),
        (f'{HEAD}bob,,"5 h",,,,\n', 'line 2: users.bob.idle_minutes = "5 h": a whole number from'),
        (f"{HEAD}bob-2,,,,,,\nbob,,,,,ml.nope,\n", "line 3: users.bob.space.instance_type = "),
        (f"{HEAD}bob,audio,,,,,\n", 'line 2: users.bob.group = "audio": a group of the settings'),
        (f"{HEAD}bob,,,torch,,,\n", 'line 2: users.bob.images[0] = "torch": an enabled image'),
        ("name\nb_b\n", "line 2: users.b_b = {}: a user profile's name"),
        ("name\nbob\nBOB\n", "line 3: users.BOB = {}: a name other than bob in another"),
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
def test_an_error_has_the_number_of_the_line(tmp_path: Path, lines: str, line: str) -> None:
    path = people(tmp_path, lines)
    assert refusal(path).startswith(f"{path.with_name('people.csv')}, {line}")
