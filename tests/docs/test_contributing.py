"""CONTRIBUTING.md, SECURITY.md, the CI workflow, Dependabot and the dev container are current."""

import json
import re

import pytest
import yaml

from settings.paths import PROJECT


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_each_named_path_exists(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    named = re.findall(r"`((?:\.?[\w-]+/)+[\w.-]*|[\w-]+\.(?:md|toml|json))`", text)
    made = {".venv", "node_modules", ".tools"}
    assert len(named) > 1
    assert [
        path for path in named if path.split("/")[0] not in made and not (PROJECT / path).exists()
    ] == []


def test_the_workflow_runs_what_ci_runs() -> None:
    workflow = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text())
    (job,) = workflow["jobs"].values()
    assert job["steps"][-1] == {"run": ".ci/run"}


def test_each_directory_of_dependency_updates_exists() -> None:
    config = yaml.safe_load((PROJECT / ".github/dependabot.yml").read_text())
    folders = [
        folder
        for update in config["updates"]
        for folder in update.get("directories", [update.get("directory")])
    ]
    assert [folder for folder in folders if not (PROJECT / folder.lstrip("/")).is_dir()] == []


def test_the_dev_container_runs_the_setup_for_the_tests() -> None:
    container = json.loads((PROJECT / ".devcontainer/devcontainer.json").read_text())
    assert container["postCreateCommand"] == "python3 -m scripts.setup --checks"
