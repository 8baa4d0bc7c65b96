"""Options: their values, and how a command line writes them."""

from typing import Any

import pytest

from studio_emulator.errors import UsageError
from studio_emulator.options import Options


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("colour", "red", "colour: no such option; allowed: speed, "),
        ("speed", -1, "speed = -1: a number above 0"),
        ("speed", float("inf"), "speed = inf: a number above 0"),
        ("speed", True, "speed = True: a number above 0"),
        ("max_apps", True, "max_apps = True: a whole number, 0 or more"),
        ("max_apps", 1.0, "max_apps = 1.0: a whole number, 0 or more"),
        ("apps", "some", "apps = 'some': one of auto, containers, processes, off"),
        ("fail_images", "slim", "fail_images = 'slim': a list of names"),
        ("fail_images", [1], r"fail_images = \[1\]: a list of names"),
        ("hang", ["moon"], r"hang = \['moon'\]: a list of app, domain, "),
    ],
)
def test_invalid_value_changes_nothing(name: str, value: Any, words: str) -> None:
    options = Options()
    with pytest.raises(UsageError, match=words):
        options.update({"max_spaces": 1, name: value})
    assert options == Options()


def test_options_check_their_defaults_too() -> None:
    with pytest.raises(UsageError, match="speed"):
        Options(speed=-1)


def test_values_as_text() -> None:
    options = Options()
    options.update_from_text(["speed=5", "fail_images=slim,,full", "apps=off", "hang="])
    assert (options.speed, type(options.speed)) == (5.0, float)
    assert (options.fail_images, options.apps, options.hang) == (["slim", "full"], "off", [])
