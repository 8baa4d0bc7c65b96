"""The record of image versions, in the folder of the settings file."""

import re
from pathlib import Path

import pytest

from settings import Settings, SettingsError
from settings.files import write_atomically
from settings.paths import record_file, settings_file
from settings.record import Content, Record
from settings.versions import Versions
from tests.studio.hostile import HOSTILE, in_one_line

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


def test_a_saved_record_is_loaded() -> None:
    assert Record.load(settings_file()).contents == {}
    assert Record.load(settings_file()).save(CONTENTS)
    assert Record.load(settings_file()).contents == CONTENTS
    assert Record.load(settings_file()).of("slim") == CONTENTS["slim"]
    assert Record.load(settings_file()).of("other") == ()


def test_an_unchanged_record_is_not_written(config: Path) -> None:
    Record.load(settings_file()).save(CONTENTS)
    before = record_file(settings_file()).stat().st_mtime_ns
    assert not Record.load(settings_file()).save(CONTENTS)
    assert record_file(settings_file()).stat().st_mtime_ns == before
    assert [path.name for path in config.parent.iterdir()] == ["lab.versions.toml"]


def test_only_the_record_in_the_folder_of_the_settings_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Record.load(settings_file()).committed
    monkeypatch.setenv("STUDIO_VERSIONS", str(tmp_path / "elsewhere.toml"))
    assert not Record.load(settings_file()).committed


def test_an_empty_record_has_no_file() -> None:
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
def test_the_error_for_an_invalid_record_names_the_command(text: str) -> None:
    record_file(settings_file()).write_text(text)
    with pytest.raises(SettingsError) as raised:
        Record.load(settings_file())
    line = str(raised.value)
    assert re.match(r"lab\.versions\.toml: (invalid content|not TOML|not UTF-8)", line)
    assert line.endswith(": run `studio image record`")


@pytest.mark.parametrize(
    "content",
    [*HOSTILE[1:], b"a." * 5_000_000 + b"a = 1", b"a = " + b"[" * 5_000, b"[[slim]]\ntag = 1"],
    ids=range(9),
)
def test_a_hostile_record_is_one_line(content: bytes) -> None:
    record_file(settings_file()).write_bytes(content)
    line = in_one_line(lambda: Record.load(settings_file()))
    assert line.startswith("lab.versions.toml: ")
    assert line.endswith("run `studio image record`")


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
def test_a_pin_to_an_unknown_version_is_refused(
    config: Path, sections: dict[str, object], assignment: str, there: str
) -> None:
    Record.load(settings_file()).save(CONTENTS)
    with pytest.raises(SettingsError) as raised:
        Versions(Settings.model_validate(sections), Record.load(settings_file()), tags=TAGS)
    assert str(raised.value) == (
        f"{config}: {assignment}: a version of slim in lab.versions.toml: {there} "
        "(`studio image record` refreshes the file)"
    )


@pytest.mark.parametrize(("count", "there"), [(0, "none"), (8, r"\.\.\., 4, 5, 6, 7, 8")])
def test_the_error_names_only_the_last_versions(count: int, there: str) -> None:
    pushed = tuple(content(f"{n:x}", n) for n in range(1, count + 1))
    Record.load(settings_file()).save({"slim": pushed} if pushed else {})
    pinned = Settings.model_validate({"image": {"slim": {"version": 20}}})
    with pytest.raises(SettingsError, match=rf"versions.toml: {there} "):
        Versions(pinned, Record.load(settings_file()), tags=TAGS)


def test_a_failed_write_leaves_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "studio.versions.toml"
    (path / "folder").mkdir(parents=True)
    with pytest.raises(OSError, match=path.name):
        write_atomically(path, "text")
    assert list(tmp_path.iterdir()) == [path]
