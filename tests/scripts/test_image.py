"""`studio image`."""

import json
from types import SimpleNamespace

import pytest

from studio.images.versions.listing import Row
from tests.scripts.conftest import CommandLine

DIGEST = "sha256:" + "0" * 64
ROW = Row(
    image="slim", version="3", status="CREATED", tag="a*", digest=DIGEST, used_by="user alice"
)


@pytest.mark.parametrize(
    ("words", "digest"), [([], "sha256:000000000000"), (["--digests"], DIGEST)]
)
def test_list_cuts_digests_unless_they_are_wanted_whole(
    studio: CommandLine, words: list[str], digest: str
) -> None:
    studio.monkeypatch.setenv("COLUMNS", "200")
    studio.replace("scripts.image.version_rows", [ROW])
    code, out, _ = studio.run("image", "list", *words)
    assert code == 0
    assert out.splitlines()[1].split() == ["slim", "3", "CREATED", "a*", digest, "user", "alice"]


def test_list_as_json(studio: CommandLine) -> None:
    studio.replace("scripts.image.version_rows", [ROW])
    code, out, _ = studio.run("image", "list", "--json")
    assert code == 0
    assert DIGEST in json.dumps(json.loads(out))


def test_record_names_the_file(studio: CommandLine) -> None:
    written = SimpleNamespace(path=studio.folder / "studio.versions.toml")
    rewrite = studio.replace("studio.images.versions.record.rewrite", written)
    assert studio.run("image", "record") == (0, "studio.versions.toml is up to date.\n", "")
    assert rewrite.call_args.kwargs == {"folder": studio.out.parent}


def test_prune_says_how_many_versions_it_deleted(studio: CommandLine) -> None:
    prune = studio.replace("scripts.image.prune", 2)
    assert studio.run("image", "prune") == (0, "Deleted 2 image versions.\n", "")
    assert prune.call_args.kwargs["folder"] == studio.out.parent


def test_without_an_action_the_actions_are_named(studio: CommandLine) -> None:
    line = "studio image: ACTION: must be one of check, list, record, prune\n"
    assert studio.run("image") == (2, "", line)
