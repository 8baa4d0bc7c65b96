"""The order of stacks in a manifest, and its errors."""

import json
from pathlib import Path

import pytest

from settings import UserError
from studio.terraform.stacks import levels


def manifest(out: Path, dependencies: dict[str, list[str]]) -> Path:
    stacks = {
        name: {"dependencies": needs, "workingDirectory": f"stacks/{name}"}
        for name, needs in dependencies.items()
    }
    out.mkdir(exist_ok=True)
    (out / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    return out


def test_a_stack_is_after_its_dependencies(tmp_path: Path) -> None:
    out = manifest(tmp_path, {"a": ["b", "c"], "b": ["c"], "c": [], "d": []})
    found = levels(out)
    assert [[stack.name for stack in level] for level in found] == [["c", "d"], ["b"], ["a"]]
    assert found[0][0].folder == tmp_path / "stacks" / "c"


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"stacks": 3}', "{"])
def test_a_broken_manifest_is_one_line(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(UserError, match="run `cdktf synth`"):
        levels(tmp_path)


def test_circular_dependencies_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="circular dependencies"):
        levels(manifest(tmp_path, {"a": ["b"], "b": ["a"]}))
