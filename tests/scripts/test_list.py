"""`studio list`."""

import json
import re

import pytest

from studio.lifecycle.deployments import KnownDeployment
from tests.scripts.conftest import CommandLine


@pytest.fixture(autouse=True)
def known(studio: CommandLine) -> None:
    common = {"region": "us-east-1", "state": "/state"}
    found = [
        KnownDeployment(file="studio.toml", name="studio", resources=0, **common),
        KnownDeployment(file="teams/lab.toml", name="lab", resources=7, **common),
        KnownDeployment(file="a.toml", name="a", resources=None, **common, problem="no such key"),
        KnownDeployment(file="b.toml", name="b", resources=0, **common, problem="not a state"),
    ]
    studio.replace("scripts.list.known", found)


def test_a_table_and_then_what_is_wrong(studio: CommandLine) -> None:
    studio.monkeypatch.delenv("COLUMNS", raising=False)
    code, out, err = studio.run("list")
    assert (code, err) == (0, "")
    assert [re.split(r"  +", line) for line in out.splitlines()] == [
        ["SETTINGS", "NAME", "REGION", "RESOURCES", "STATE"],
        ["studio.toml", "studio", "us-east-1", "not deployed", "/state"],
        ["teams/lab.toml", "lab", "us-east-1", "7", "/state"],
        ["a.toml", "a", "us-east-1", "in the bucket", "/state"],
        ["b.toml", "b", "us-east-1", "?", "/state"],
        ["a.toml: no such key"],
        ["b.toml: not a state"],
    ]


def test_json_is_a_list(studio: CommandLine) -> None:
    code, out, _ = studio.run("list", "--json")
    assert code == 0
    assert [one["resources"] for one in json.loads(out)] == [0, 7, None, 0]
