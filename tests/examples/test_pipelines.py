"""The pipelines in examples/ use existing commands, and their roles trust only the pipeline."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.parsers import studio_parser
from settings.paths import PROJECT

EXAMPLES = PROJECT / "examples"
PIPELINES = {
    EXAMPLES / "github-actions" / "studio.yml": ["plan", "apply"],
    EXAMPLES / "gitlab" / ".gitlab-ci.yml": ["review", "plan", "apply"],
}
TRUSTS = sorted(EXAMPLES.glob("*/trust-*.json"))


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from texts(one)
        case list():
            for one in value:
                yield from texts(one)


def commands(pipeline: Path) -> Iterator[list[str]]:
    """The arguments of each `studio` command."""
    for text in texts(yaml.safe_load(pipeline.read_text(encoding="utf-8"))):
        for line in text.splitlines():
            if found := re.match(r"\.venv/bin/studio ([^>|&]+)", line.strip()):
                yield shlex.split(found[1])


@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda path: path.parent.name)
def test_each_command_is_valid(pipeline: Path) -> None:
    found = list(commands(pipeline))
    assert [words[0] for words in found] == PIPELINES[pipeline]
    for words in found:
        assert studio_parser()[0].parse_args(words).command == words[0]


@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda path: path.parent.name)
def test_no_job_has_a_long_term_access_key(pipeline: Path) -> None:
    text = pipeline.read_text(encoding="utf-8")
    assert not re.search(r"ACCESS_KEY", text, re.IGNORECASE)
    assert "id_token" in text or "id-token" in text


@pytest.mark.parametrize("trust", TRUSTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_role_trusts_one_project(trust: Path) -> None:
    (statement,) = json.loads(trust.read_text(encoding="utf-8"))["Statement"]
    conditions = {key: value for of in statement["Condition"].values() for key, value in of.items()}
    provider = statement["Principal"]["Federated"].partition("oidc-provider/")[2]
    assert set(conditions) == {f"{provider}:aud", f"{provider}:sub"}
    subject = conditions[f"{provider}:sub"]
    assert re.match(r"repo:OWNER/REPOSITORY:|project_path:GROUP/PROJECT:", subject)
    assert "*" not in subject or trust.stem == "trust-plan"


def test_trust_policies_exist() -> None:
    assert len(TRUSTS) == 4
