"""What a message says about a key that does not exist, and about several wrong values."""

import pytest

from tests.settings.samples import message, wrong

PRINTABLE = "printable characters only, no line breaks or tabs"

WRONG = {
    "no such key; did you mean name?": ['nam = "x"'],
    "no such key; did you mean network.zones?": ["zones = 3", "network.zone = 3"],
    "no such key; did you mean domain.kms?": ["network.kms = 3"],
    "no such key; did you mean network?": ["netwrk = {zones = 2}"],
    "no such key; did you mean users?": ["user = {alice = {}}"],
    "no such key; did you mean image?": ["images = {slim = {}}"],
    "no such key; did you mean image.slim.enabled?": ["image.slim.enable = true"],
    "no such key; did you mean the top-level key name?": ["users.alice.name = 1"],
    "no such key; users.alice has the keys idle_minutes, images, connect, "
    "execution_role, space, group, versions, sso_user": ['users.alice.email = "a"'],
    "no such key; did you mean defaults.idle_minutes?": ["idle_minuts = 90"],
    "no such key; the file has the keys extends, name, region, features, tags, "
    "network, domain, role, ecr, image, defaults, groups, users_from, users, state": [
        "xyzzy = 1979-05-27"
    ],
    PRINTABLE: ['name = "studio\\n"', 'image.slim.description = "a\\tb"'],
}

MESSAGES = [
    (
        "netwrk" + ".a" * 2000 + " = 1",
        "netwrk = {a = {a = {a = {...}}}}: no such key; did you mean network?",
    ),
    ('name = "a\\u001b[31mb"', rf'name = "a\x1b[31mb": {PRINTABLE}'),
    ('"a\\u0007b" = 1', rf'"a\x07b" = 1: {PRINTABLE}'),
    ('tags = { x = "a\\u202eb" }', rf'tags.x = "a\u202eb": {PRINTABLE}'),
]


@pytest.mark.parametrize(("content", "line"), [*wrong(WRONG), *MESSAGES])
def test_the_message_names_the_nearest_key_and_is_printable(content: str, line: str) -> None:
    assert message(content) == line


def test_the_message_has_the_first_problem_in_the_file_and_the_number_of_others() -> None:
    content = '[users.alice]\nidle_minutes = 1\nfoo = 2\n[network]\nzones = 9\ncidr = ""\n'
    assert message(content) == (
        "users.alice.idle_minutes = 1: a whole number from 60 to 525600 (minutes) (and 3 more)"
    )
