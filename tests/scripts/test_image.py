"""`studio image`."""

import json
from types import SimpleNamespace

from studio.images.versions.listing import Row
from tests.scripts.conftest import CommandLine

DIGEST = "sha256:" + "0" * 64
ROW = Row(
    image="slim", version="3", status="CREATED", tag="a*", digest=DIGEST, used_by="user alice"
)


def test_list_cuts_digests_unless_they_are_wanted_whole(studio: CommandLine) -> None:
    studio.monkeypatch.setenv("COLUMNS", "200")
    studio.replace("scripts.image.version_rows", [ROW])
    for words, digest in (([], "sha256:000000000000"), (["--digests"], DIGEST)):
        code, out, _ = studio.run("image", "list", *words)
        row = ["slim", "3", "CREATED", "a*", digest, "user", "alice"]
        assert (code, out.splitlines()[1].split()) == (0, row)
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
    document = json.loads(studio.run("image", "prune", "--json").out)
    assert document["output"] == ["Deleted 2 image versions."]


def test_without_an_action_the_actions_are_named(studio: CommandLine) -> None:
    line = "studio image: ACTION: must be one of check, list, record, prune\n"
    assert studio.run("image") == (2, "", line)
