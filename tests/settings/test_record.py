"""The record of image versions: found beside the settings, written and read back, never guessed."""

import re
from pathlib import Path

import pytest

from settings import Settings, SettingsError
from settings.files import write_atomically
from settings.paths import record_file, settings_file
from settings.record import Content, Record
from settings.versions import Versions

TAGS = {"slim": "b" * 16}


def content(digit: str, *versions: int, lost: tuple[int, ...] = ()) -> Content:
    return Content(tag=digit * 16, digest=f"sha256:{digit * 64}", versions=versions, lost=lost)


CONTENTS = {
    "slim": (content("a", 1), content("b", 2, 4, lost=(3,)), content("c")),
    "big-one": (content("d", lost=(1,)),),
}


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file in use."""
    monkeypatch.delenv("STUDIO_VERSIONS", raising=False)
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "lab.toml"))
    return tmp_path / "lab.toml"


def test_what_is_written_is_read() -> None:
    assert Record.load(settings_file()).contents == {}
    assert Record.load(settings_file()).save(CONTENTS)
    assert Record.load(settings_file()).contents == CONTENTS
    assert Record.load(settings_file()).of("slim") == CONTENTS["slim"]
    assert Record.load(settings_file()).of("other") == ()


def test_the_same_is_not_written_again(config: Path) -> None:
    Record.load(settings_file()).save(CONTENTS)
    before = record_file(settings_file()).stat().st_mtime_ns
    assert not Record.load(settings_file()).save(CONTENTS)
    assert record_file(settings_file()).stat().st_mtime_ns == before
    assert [path.name for path in config.parent.iterdir()] == ["lab.versions.toml"]


def test_only_the_record_beside_the_settings_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Record.load(settings_file()).committed
    monkeypatch.setenv("STUDIO_VERSIONS", str(tmp_path / "elsewhere.toml"))
    assert not Record.load(settings_file()).committed


def test_nothing_to_record_is_no_file() -> None:
    Record.load(settings_file()).save(CONTENTS)
    assert Record.load(settings_file()).save({})
    assert not record_file(settings_file()).exists()


@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< ours\n",
        '[[slim]]\ntag = "x"\n',
        "[slim]\n",
        f'[[slim]]\ntag = "{"a" * 16}"\ndigest = "sha256:{"a" * 64}"\nversions = [0]\n',
        f'[[slim]]\ntag = "{"a" * 16}"\ndigest = "sha256:{"a" * 64}"\nnumber = 1\n',
    ],
)
def test_a_broken_one_is_one_line_with_the_way_out(text: str) -> None:
    record_file(settings_file()).write_text(text)
    with pytest.raises(SettingsError) as raised:
        Record.load(settings_file())
    line = str(raised.value)
    assert re.match(r"lab\.versions\.toml: (invalid content|not TOML|not UTF-8)", line)
    assert line.endswith(": run `studio image record`")


@pytest.mark.parametrize(
    ("sections", "assignment", "there"),
    [
        ({"image": {"slim": {"version": 3}}}, "image.slim.version = 3", "1, 2, 4"),
        (
            {"image": {"slim": {"version": "c" * 16}}},
            f'image.slim.version = "{"c" * 16}"',
            f"{'a' * 16}, {'b' * 16}",
        ),
        (
            {"users": {"alice": {"versions": {"slim": 9}}}},
            "users.alice.versions.slim = 9",
            "1, 2, 4",
        ),
    ],
)
def test_a_pin_to_what_is_not_there_is_one_line(
    config: Path, sections: dict[str, object], assignment: str, there: str
) -> None:
    Record.load(settings_file()).save(CONTENTS)
    with pytest.raises(SettingsError) as raised:
        Versions(Settings.model_validate(sections), Record.load(settings_file()), tags=TAGS)
    assert str(raised.value) == (
        f"{config}: {assignment}: a version of slim in lab.versions.toml: {there} "
        "(`studio image record` refreshes the file)"
    )


def test_of_many_versions_the_last_are_named() -> None:
    Record.load(settings_file()).save({"slim": tuple(content(f"{n:x}", n) for n in range(1, 9))})
    pinned = Settings.model_validate({"image": {"slim": {"version": 20}}})
    with pytest.raises(SettingsError, match=r"versions.toml: \.\.\., 4, 5, 6, 7, 8 "):
        Versions(pinned, Record.load(settings_file()), tags=TAGS)


def test_a_pin_without_a_record_is_one_line() -> None:
    pinned = Settings.model_validate({"image": {"slim": {"version": 1}}})
    with pytest.raises(SettingsError, match=r"versions.toml: none "):
        Versions(pinned, Record.load(settings_file()), tags=TAGS)


def test_a_file_that_cannot_be_written_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "studio.versions.toml"
    (path / "folder").mkdir(parents=True)
    with pytest.raises(OSError, match=path.name):
        write_atomically(path, "text")
    assert list(tmp_path.iterdir()) == [path]
