"""studio.toml and demo.toml have every key of the models, with its default."""

import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, get_args

from pydantic import BaseModel

from settings import Settings, load
from settings.images import ImageSettings
from settings.network import LOG_DAYS
from settings.paths import PROJECT
from settings.users import MOST_USERS, GroupSettings, UserSettings

TEXT = (PROJECT / "studio.toml").read_text(encoding="utf-8")
UNCOMMENTED = re.sub(r"^#(?![ :]|$)", "", TEXT, flags=re.MULTILINE)
NAMES = {UserSettings: "alice", GroupSettings: "research", ImageSettings: "slim"}


def leaves(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every key of a model, with the names in studio.toml."""
    for name, field in model.model_fields.items():
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from leaves(
                    inner, (*path, name, NAMES[inner]) if inner in NAMES else (*path, name)
                )
                break
        else:
            yield (*path, name)


def keys(document: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every value of a document, including empty tables."""
    for name, value in document.items():
        if isinstance(value, dict) and value:
            yield from keys(value, (*path, name))
        else:
            yield (*path, name)


def test_only_the_two_users_are_set() -> None:
    assert tomllib.loads(TEXT) == {"users": {"alice": {}, "bob": {}}}


def test_it_has_exactly_the_keys_of_the_models() -> None:
    written = set(keys(tomllib.loads(UNCOMMENTED)))
    assert written - {("users", "bob")} == set(leaves(Settings))


def test_its_values_are_the_defaults() -> None:
    written = Settings.model_validate(tomllib.loads(UNCOMMENTED))
    default = Settings.model_validate(tomllib.loads(TEXT))
    named: dict[str, object] = {"users": {}, "groups": {}}
    assert written.model_copy(update=named) == default.model_copy(update=named)
    assert list(written.users) == list(default.users)
    for user in default.users:
        assert written.idle_minutes(user) == default.idle_minutes(user)
        assert written.user_images(user) == default.user_images(user)
        assert written.connect(user) == default.connect(user)
        assert written.space(user) == default.space(user)
        assert written.users[user].sso_user == default.users[user].sso_user


def test_each_key_can_be_uncommented_alone() -> None:
    for line in re.findall(r"^#(?![ :]|$)(.+)$", TEXT, flags=re.MULTILINE):
        alone = tomllib.loads(TEXT.replace(f"\n#{line}\n", f"\n{line}\n"))
        assert len(set(keys(alone)) - set(keys(tomllib.loads(TEXT)))) == 1, line
        Settings.model_validate(alone)


def test_each_key_has_a_comment_above_it() -> None:
    lines = TEXT.splitlines()
    for above, line in pairwise(lines):
        if re.match(r"#(?![ :]|$)", line):
            assert above.startswith("# "), line


def test_it_lists_the_allowed_days() -> None:
    listed = re.search(r"one of ([\d,\s#]+)\.", TEXT)
    assert listed is not None
    assert [int(days) for days in re.findall(r"\d+", listed[1])] == list(LOG_DAYS)


def test_it_has_the_maximum_number_of_users() -> None:
    assert f"A table for each of 1 to {MOST_USERS} users" in TEXT


def test_the_demo_differs_only_in_settings_that_delete_data() -> None:
    studio = load(PROJECT / "studio.toml").model_dump()
    demo = load(PROJECT / "demo.toml").model_dump()
    studio["domain"]["retention"] = "Delete"
    studio["ecr"]["force_delete"] = True
    assert demo == studio
