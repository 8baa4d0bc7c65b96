"""The top-level keys, and what follows from them."""

from typing import Any

import pytest

from catalog.container_config import ContainerConfig
from settings import AppType, Settings
from tests.settings.samples import message, wrong

NAME = "2 to 20 of a-z, 0-9 and single '-', a letter first, no '-' last, not sg or sg-..."
FEATURES = (
    "any of connect, jobs, inference, projects, packages, git, encryption, legacy-agent, in a list"
)
TAG = "letters, digits, spaces and _ . : / = + - @, not starting with aws:"
LETTERS = "v" * 257

WRONG = {
    NAME: [
        'name = "Studio"',
        'name = "s"',
        'name = "2studio"',
        'name = "stu--dio"',
        'name = "studio-"',
        'name = "a23456789012345678901"',
        "name = 7",
        'name = "sg"',
        'name = "sg-team"',
        'name = "\\"\\\\"',
    ],
    FEATURES: ['features = "connect"'],
    f"a tag's key: 1 to 128 {TAG}": ['tags."aws:x" = "1"', 'tags."" = "b"'],
    f"a tag's value: 0 to 256 {TAG}": ['tags.x = "a;b"'],
    "the path of another settings file, from this file's folder": ["extends = 3"],
    "the path of a CSV file, from this file's folder": ["users_from = 3"],
}

MESSAGES = [
    ('features = ["conect"]', f'features[0] = "conect": {FEATURES}'),
    ('features = ["git", 1]', f"features[1] = 1: {FEATURES}"),
    (f'tags.x = "{LETTERS}"', f"tags.x = \"{LETTERS[:116]}...: a tag's value: 0 to 256 {TAG}"),
]


@pytest.mark.parametrize(("content", "line"), [*wrong(WRONG), *MESSAGES])
def test_a_wrong_value_is_refused(content: str, line: str) -> None:
    assert message(content) == line


@pytest.mark.parametrize("name", ["sgx", "s", "se-lab", "sga-1"])
def test_a_name_can_begin_like_the_id_of_a_security_group(name: str) -> None:
    assert Settings.model_validate({"name": name.ljust(2, "a")}).name


def test_a_tag_has_letters_digits_spaces_and_the_allowed_punctuation() -> None:
    tags = {"Kosten für 2.1_a:b/c=d+e-f@g": ""}
    assert Settings.model_validate({"tags": tags}).tags == tags


def test_images_are_the_enabled_ones() -> None:
    uri = f"111122223333.dkr.ecr.us-east-1.amazonaws.com/lab@sha256:{'0' * 64}"
    settings = Settings.model_validate(
        {
            "image": {"off": {"enabled": False}, "slim": {}, "lab": {"uri": uri}},
            "users": {"alice": {}, "bob": {"images": []}},
        }
    )
    assert list(settings.images) == ["slim", "lab"]
    assert list(settings.built_images) == ["slim"]
    assert [settings.user_images(user) for user in settings.users] == [["slim", "lab"], []]
    assert list(settings.own_images("alice")) == ["slim", "lab"]


def test_connect_methods_are_those_of_the_users_and_none_without_the_feature_connect() -> None:
    users = {"alice": {}, "bob": {"connect": "ssh-helper"}}
    for features, methods in (["connect"], {"native", "ssh-helper"}), ([], set[str]()):
        settings = Settings.model_validate({"features": features, "users": users})
        assert settings.connect_methods() == methods


OWN: dict[str, Any] = {"entrypoint": ("/start",), "arguments": ("--a",)}
CONTAINER = ContainerConfig(**OWN, environment={"LANG": "C", "STUDIO_IMAGE": "lab-slim"})
UNSET = ContainerConfig(environment={"STUDIO_IMAGE": "lab-other"})


@pytest.mark.parametrize(
    ("image", "app_type", "wanted"),
    [
        ("slim", AppType.JUPYTER_LAB, CONTAINER),
        ("slim", AppType.CODE_EDITOR, CONTAINER),
        ("slim", AppType.KERNEL_GATEWAY, ContainerConfig()),
        ("other", AppType.JUPYTER_LAB, UNSET),
    ],
)
def test_a_container_has_the_values_of_the_settings_and_the_name_of_the_image(
    image: str, app_type: AppType, wanted: ContainerConfig
) -> None:
    """That of a kernel gateway is empty."""
    slim = {**OWN, "environment": {"LANG": "C"}}
    settings = Settings.model_validate({"name": "lab", "image": {"slim": slim}})
    assert settings.container(image, app_type) == wanted
