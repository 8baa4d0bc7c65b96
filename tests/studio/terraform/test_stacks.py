"""The order of stacks in a manifest, and its errors; local states."""

from pathlib import Path

import pytest

from settings import UserError
from studio.terraform.stacks import (
    REFERENCE,
    Stack,
    levels,
    read_configuration,
    write_configuration,
)
from tests.studio.terraform.clone import write_stacks


def test_a_stack_is_after_its_dependencies(tmp_path: Path) -> None:
    write_stacks(tmp_path, {}, {"a": ["b", "c"], "b": ["c"], "c": [], "d": []})
    found = levels(tmp_path)
    assert [[stack.name for stack in level] for level in found] == [["c", "d"], ["b"], ["a"]]
    assert found[0][0].folder == tmp_path / "stacks" / "c"


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"stacks": 3}', "{"])
def test_a_broken_manifest_is_one_line(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(UserError, match="run `cdktf synth`"):
        levels(tmp_path)


def test_circular_dependencies_are_one_line(tmp_path: Path) -> None:
    write_stacks(tmp_path, {}, {"a": ["b"], "b": ["a"]})
    with pytest.raises(UserError, match="circular dependencies"):
        levels(tmp_path)


def test_use_local_state_replaces_every_backend(tmp_path: Path) -> None:
    data = {"terraform_remote_state": {f"{REFERENCE}network": {"backend": "s3", "config": {}}}}
    written = {"terraform": {"backend": {"s3": {}}, "required_providers": {}}, "data": data}
    write_configuration(tmp_path, written)
    Stack(name="domain", dependencies=frozenset({"network"}), folder=tmp_path).use_local_state()
    found = read_configuration(tmp_path)
    local = {"local": {"path": "../../../terraform.domain.tfstate"}}
    assert found["terraform"] == {"backend": local, "required_providers": {}}
    assert found["data"]["terraform_remote_state"][f"{REFERENCE}network"] == {
        "backend": "local",
        "config": {"path": "../../../terraform.network.tfstate"},
    }
