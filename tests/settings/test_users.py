"""The keys of [defaults], [groups.NAME] and [users.NAME]."""

import pytest

from settings.users import UserSettings, not_too_many
from tests.settings.samples import message, wrong

INSTANCE = "an instance type of Studio"

WRONG = {
    "a user profile's name: 1 to 63 of a-z, A-Z, 0-9 and '-', no '-' first or last": [
        "users.-alice = {}",
        "users.alice- = {}",
        "users.a_b = {}",
        'users."a.b" = {}',
        'users."é" = {}',
        'users."alice b" = {}',
        f"users.{'a' * 64} = {{}}",
    ],
    "a group's name: 1 to 28 of a-z, 0-9 and single '-', no '-' first or last": [
        "groups.Vision = {}",
        "groups.a-name-that-has-29-characters = {}",
    ],
    '"" or the name of a group': ['users.alice.group = "Vision"'],
    "a whole number from 60 to 525600 (minutes)": [
        "defaults.idle_minutes = 59",
        "defaults.idle_minutes = 525601",
        "users.alice.idle_minutes = 10",
    ],
    "at most 5 names of enabled images, in a list": [
        'users.alice.images = ["a", "b", "c", "d", "e", "f"]'
    ],
    "each value once; slim appears 2 times": ['users.alice.images = ["slim", "slim"]'],
    "an IAM Identity Center user name, at most 128 characters": [
        'users.alice.sso_user = "a b"',
    ],
    f"{INSTANCE}; did you mean ml.t3.large or ml.t3.xlarge or ml.t3.2xlarge?": [
        'defaults.space.instance_type = "ml.t3.lage"'
    ],
    f"{INSTANCE}, such as ml.t3.large": ['defaults.space.instance_type = "system"'],
    "an instance type": ["defaults.space.instance_type = 3"],
    "a whole number from 5 to 16384 (GB)": [
        "defaults.space.volume_gb = 4",
        "users.alice.space.volume_gb = 16385",
    ],
    "one of JupyterLab, CodeEditor": ['users.alice.space.app_type = "KernelGateway"'],
    "one of native, ssh-helper": ['defaults.connect = "ssh"'],
    '"", "SageMaker" or the name of an enabled image': ['users.alice.space.image = "Slim"'],
}


@pytest.mark.parametrize(("content", "line"), wrong(WRONG))
def test_a_wrong_value_is_refused(content: str, line: str) -> None:
    assert message(content) == line


def test_more_users_than_roles_in_an_account_are_refused() -> None:
    assert not_too_many(dict.fromkeys(map(str, range(997)), UserSettings()))
    line = message("".join(f"[users.u{number}]\n" for number in range(998)))
    assert line.endswith(
        "at most 997 users; there are 998. Each has an IAM role, and IAM's quota is 1000 roles for"
        " each account"
    )
    assert len(line) < 300
