"""`studio diagram`."""

import struct
from pathlib import Path

import pytest

from tests.program import synthesize
from tests.scripts.conftest import CommandLine


@pytest.fixture(scope="module")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the stacks of two users in three zones."""
    folder = tmp_path_factory.mktemp("synthesized")
    synthesize(folder, "network.zones = 3\n[users.alice]\n[users.bob]\n")
    return folder / "out"


@pytest.fixture
def _synthesis(synthesized: Path, studio: CommandLine) -> None:
    def copy(_: Path, out: Path, *, config: Path) -> None:
        assert config == studio.folder / "studio.toml"
        out.symlink_to(synthesized)

    studio.monkeypatch.setattr("scripts.diagram.copy_synthesis", copy)


@pytest.mark.usefixtures("_synthesis")
def test_the_picture_shows_zones_users_images_and_the_path(studio: CommandLine) -> None:
    file = studio.folder / "studio.svg"
    assert studio.run("diagram", "--out", str(file)) == (0, f"Wrote {file}\n", "")
    svg = file.read_text()
    for shown in (
        *("zone 1", "zone 2", "zone 3", "10.20.64.0/19"),
        *(">alice<", ">bob<", "home directories", "studio-slim", "ssm, ssmmessages"),
        *("5 interface endpoints", "Systems Manager", "2 KMS keys", "3 roles"),
    ):
        assert shown in svg
    assert "${" not in svg


@pytest.mark.usefixtures("_synthesis")
def test_a_png_is_twice_as_wide(studio: CommandLine) -> None:
    studio.replace("studio.review.png.has_font", True)
    file = studio.folder / "studio.png"
    assert studio.run("diagram", "--out", str(file), "--theme", "dark").code == 0
    content = file.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">I", content[16:20]) == (1120,)


@pytest.mark.usefixtures("_synthesis")
def test_a_png_is_light_by_default(studio: CommandLine) -> None:
    studio.monkeypatch.setattr("scripts.diagram.as_png", str.encode)
    file, drawn = studio.folder / "studio.png", list[str]()
    for theme in ([], ["--theme", "light"], ["--theme", "dark"]):
        assert studio.run("diagram", "--out", str(file), *theme).code == 0
        drawn.append(file.read_text())
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("studio.jpg", "must end in .svg or .png"), ("missing/studio.svg", "is not a folder")],
)
def test_a_file_that_cannot_be_written_is_one_line(
    name: str, reason: str, studio: CommandLine
) -> None:
    file = studio.folder / name
    code, _, line = studio.run("diagram", "--out", str(file))
    assert (code, line.count("\n")) == (2, 1)
    assert line.startswith(f"studio diagram: --out {file}: ")
    assert reason in line
    assert not file.exists()
