"""The record of image versions, in the folder of the settings file."""

from pathlib import Path

import pytest

from settings.paths import record_file, settings_file
from settings.record import Record
from tests.record_samples import content
from tests.studio.hostile import HOSTILE, in_one_line

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


INVALID = [
    b"<<<<<<< ours\n",
    b'[[slim]]\ntag = "x"\n',
    b"[[slim]]\ntag = 1\n",
    b"[slim]\n",
    *(
        f'[[slim]]\ntag = "{"a" * 16}"\ndigest = "sha256:{"a" * 64}"\n{line}\n'.encode()
        for line in ("versions = [0]", "number = 1")
    ),
    b"a." * 5_000_000 + b"a = 1",
    b"a = " + b"[" * 5_000,
    *HOSTILE[1:],
]


@pytest.mark.parametrize("content", INVALID, ids=range(len(INVALID)))
def test_the_error_for_an_invalid_record_is_one_line_with_the_command(content: bytes) -> None:
    record_file(settings_file()).write_bytes(content)
    line = in_one_line(lambda: Record.load(settings_file()))
    assert line.startswith("lab.versions.toml: ")
    assert line.endswith(": run `studio image record`")
