"""`terraform init` installs the provider once for all stacks that need the same one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.studio.terraform.initializing import BACKEND, IN_STATE, PACKAGE, Command, stack


def test_the_provider_is_installed_for_one_stack_and_linked_for_the_others(
    tmp_path: Path, initialize: Command
) -> None:
    role, network = stack(tmp_path), stack(tmp_path, name="network")
    assert initialize(role, network) == ["stacks/role"]
    assert (network / ".terraform" / "providers" / PACKAGE).is_dir()
    assert (network / ".terraform.lock.hcl").is_file()
    assert initialize(network) == []


@pytest.mark.parametrize("other", ["another version", "a module", IN_STATE])
def test_a_stack_that_needs_other_providers_installs_its_own(
    tmp_path: Path, initialize: Command, other: str
) -> None:
    document: dict[str, dict[str, object]] = json.loads(json.dumps(BACKEND))
    match other:
        case "another version":
            document["terraform"]["required_providers"] = {"aws": {"version": "6.0.0"}}
        case "a module":
            document["module"] = {"theirs": {"source": "./theirs"}}
    role, network = stack(tmp_path), stack(tmp_path, document=document, name="network")
    if other == IN_STATE:
        (network / IN_STATE).touch()
    assert initialize(role, network) == ["stacks/role", "stacks/network"]


def test_a_saved_plan_installs_its_own_providers(tmp_path: Path, initialize: Command) -> None:
    role, network = stack(tmp_path), stack(tmp_path, name="network")
    found = initialize(role, network, flags=["-lockfile=readonly"])
    assert found == ["stacks/role", "stacks/network"]
