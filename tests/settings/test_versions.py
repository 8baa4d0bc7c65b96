"""The version that Terraform tracks, and those that users start."""

from pathlib import Path
from typing import Any

import pytest

from settings import Settings, SettingsError
from settings.record import Content
from tests.record_samples import content, versions

A, B, C = "a" * 16, "b" * 16, "c" * 16
ADDRESSES: dict[str, tuple[tuple[Content, ...], str, list[str]]] = {
    "nothing is there": ((), C, []),
    "the content is pushed": ((content("c"),), C, []),
    "it is new": ((content("a", 1), content("b", 2)), C, [A, B]),
    "it is the newest version": ((content("a", 1), content("c", 2)), C, [A]),
    "it is an older version": ((content("a", 1), content("c", 2), content("b", 3)), B, [A, C]),
    "it failed": ((content("a", 1), content("c", lost=(2,))), f"{C}_2", [A, C]),
    "it failed twice": ((content("c", lost=(1, 2)),), f"{C}_2", [C, f"{C}_1"]),
    "it came after one that failed": ((content("b", lost=(1,)),), C, [B, f"{B}_1"]),
    "it was made again": ((content("c", 1, 3), content("a", 2)), C, [A]),
    "it has another one's digest": ((content("c", 1), content("a", 1)), C, [A]),
    "another one has its digest": ((content("a", 1), content("c", 1)), A, [C]),
}
"""The contents in the record, the address of the tracked version, and those removed from state, for
a folder with the content c."""


@pytest.mark.parametrize(("slim", "address", "removed"), ADDRESSES.values(), ids=ADDRESSES)
def test_state_tracks_only_the_newest_version(
    slim: tuple[Content, ...], address: str, removed: list[str]
) -> None:
    tracked = versions(Settings(), C, slim=slim).tracked("slim")
    assert (tracked.address, list(tracked.removed)) == (address, removed)
    assert tracked.tag == address[:16]
    assert tracked.recorded == tuple(one.tag for one in slim)


ADOPTED = {
    "no other": ((content("c", 1),), False),
    "made later": ((content("a", lost=(1,)), content("c", 2)), False),
    "it failed": ((content("c", 1), content("b", lost=(2,))), True),
    "back to an older one": ((content("b", lost=(3,)), content("c", 1), content("a", 2)), True),
    "no version yet": ((content("a", lost=(1,)), content("c")), False),
}


@pytest.mark.parametrize(("slim", "adopted"), ADOPTED.values(), ids=ADOPTED)
def test_a_version_is_adopted_after_a_newer_one_failed(
    slim: tuple[Content, ...], adopted: bool
) -> None:
    assert versions(Settings(), C, slim=slim).tracked("slim").adopted is adopted


def alice_pins(version: int | str) -> dict[str, Any]:
    return {"alice": {"versions": {"slim": version}}, "bob": {}}


DEPLOYED = (content("a", 1), content("b", 2, 4), content("c", 5))


NUMBERS = {
    "nothing deployed yet": ({}, (), [None, None]),
    "the folder's content is the next version": ({}, (content("a", 1),), [None, None]),
    "it is the newest version": ({}, (content("a", 1), content("b", 2)), [None, None]),
    "it is an older version": ({}, DEPLOYED, [4, 4]),
    "everyone on a number": ({"image": {"slim": {"version": 2}}}, DEPLOYED, [2, 2]),
    "everyone on a tag": ({"image": {"slim": {"version": A}}}, DEPLOYED, [1, 1]),
    "everyone on the newest, for good": ({"image": {"slim": {"version": 5}}}, DEPLOYED, [5, 5]),
    "one user on a number": ({"users": alice_pins(1)}, DEPLOYED, [1, 4]),
    "one user elsewhere than everyone": (
        {"image": {"slim": {"version": 1}}, "users": alice_pins(C)},
        DEPLOYED,
        [5, 1],
    ),
}
"""Settings, the contents in the record, and the versions of alice and bob."""


@pytest.mark.parametrize(("sections", "slim", "numbers"), NUMBERS.values(), ids=NUMBERS)
def test_version_of_each_user(
    sections: dict[str, Any], slim: tuple[Content, ...], numbers: list[int | None]
) -> None:
    settings = Settings.model_validate({"users": {"alice": {}, "bob": {}}, **sections})
    found = versions(settings, B, slim=slim)
    assert [found.number(user, "slim") for user in ("alice", "bob")] == numbers


@pytest.mark.parametrize(
    ("sections", "assignment", "there"),
    [
        ({"image": {"slim": {"version": 3}}}, "image.slim.version = 3", "1, 2, 4"),
        ({"image": {"slim": {"version": C}}}, f'image.slim.version = "{C}"', f"{A}, {B}"),
        ({"users": alice_pins(9)}, "users.alice.versions.slim = 9", "1, 2, 4"),
    ],
)
def test_a_pin_to_an_unknown_version_is_refused(
    sections: dict[str, object], assignment: str, there: str
) -> None:
    settings = Settings.model_validate(sections).from_file(Path("lab.toml"))
    with pytest.raises(SettingsError) as raised:
        versions(settings, B, slim=(content("a", 1), content("b", 2, 4, lost=(3,)), content("c")))
    assert str(raised.value) == (
        f"lab.toml: {assignment}: a version of slim in studio.versions.toml: {there} "
        "(`studio image record` refreshes the file)"
    )


@pytest.mark.parametrize(("count", "there"), [(0, "none"), (8, r"\.\.\., 4, 5, 6, 7, 8")])
def test_the_error_names_only_the_last_versions(count: int, there: str) -> None:
    pushed = tuple(content(f"{n:x}", n) for n in range(1, count + 1))
    pinned = Settings.model_validate({"image": {"slim": {"version": 20}}})
    with pytest.raises(SettingsError, match=rf"versions.toml: {there} "):
        versions(pinned, B, slim=pushed)
