"""`studio image list`."""

from pathlib import Path

import pytest

from scripts import cli
from settings.paths import PROJECT
from studio.aws.sagemaker_images import Use
from studio.images.versions.listing import table
from tests.record_samples import content
from tests.studio.deployed_studio import DeployedStudio
from tests.studio.images.versions.samples import version


def test_the_table_lists_versions_and_their_users() -> None:
    versions = [version(1, "a"), version(2, "b", "CREATE_FAILED"), version(3, "f")]
    rows = table(
        "slim",
        contents=[content("a", 1), content("b", lost=(2,)), content("c")],
        versions=versions,
        uses=[Use(by="user bob", number=1), Use(by="app lab", number=1), Use(by="x", number=None)],
        current="a" * 16,
    )
    assert [(row.version, row.status, row.tag, row.used_by) for row in rows] == [
        ("-", "pushed", "c" * 16, "-"),
        ("3", "CREATED", "-", "-"),
        ("2", "CREATE_FAILED", "b" * 16, "-"),
        ("1", "CREATED", "a" * 16 + "*", "app lab, user bob"),
    ]
    assert {row.image for row in rows} == {"slim"}
    assert rows[-1].digest == f"sha256:{'a' * 64}"


def test_image_list_writes_nothing(
    deployed_studio: DeployedStudio,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def written() -> dict[Path, float]:
        files = [*tmp_path.rglob("*"), *PROJECT.iterdir()]
        return {path: path.stat().st_mtime for path in files}

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("settings.load", lambda _: deployed_studio.settings)
    before = written()
    assert cli.main(["image", "list"]) == 0
    assert written() == before
    titles, *rows = capsys.readouterr().out.splitlines()
    assert titles.split()[:3] == ["IMAGE", "VERSION", "STATUS"]
    assert ["slim", "1", "CREATED"] in [row.split()[:3] for row in rows]
