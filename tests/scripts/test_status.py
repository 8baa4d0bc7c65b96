"""`studio status`."""

import json

import pytest

from studio.lifecycle.status import Use
from tests.scripts.conftest import CommandLine


@pytest.mark.parametrize("words", [[], ["--deployment", "lab", "--region", "us-east-1"]])
def test_a_table_of_the_domain_that_is_found(studio: CommandLine, words: list[str]) -> None:
    find = studio.replace("scripts.status.find_domain", "d-1")
    overview = studio.replace("scripts.status.overview")
    studio.replace("scripts.status.as_table", "alice  Running")
    assert studio.run("status", *words) == (0, "alice  Running\n", "")
    assert overview.call_args.kwargs["domain_id"] == "d-1"
    assert find.call_args.args[1] == (words[1] if words else "studio")


def test_the_command_below_the_table_names_the_settings(studio: CommandLine) -> None:
    studio.replace("scripts.status.find_domain")
    studio.replace("scripts.status.overview")
    studio.replace("scripts.status.as_table", "paused: `studio resume`")
    config = str(studio.folder / "studio.toml")
    printed = studio.run("--config", config, "status")
    assert printed.out == f"paused: `studio --config {config} resume`\n"


def test_json_is_a_document(studio: CommandLine) -> None:
    studio.replace("scripts.status.find_domain")
    studio.replace("scripts.status.overview", Use(user="bob", space=None))
    code, out, _ = studio.run("status", "--json")
    assert (code, json.loads(out)["user"]) == (0, "bob")
