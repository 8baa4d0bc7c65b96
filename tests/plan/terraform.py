"""Runs single commands of Terraform with the AWS provider, as `cdktf` does."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from settings.paths import PROJECT
from studio.processes import children
from studio.toolchain import toolbox
from tests.commands import output_of

CHANGES = "test.plan"
"""The plan file of ``Terraform.changes``."""
_SECONDS = 900.0


@dataclass(frozen=True, kw_only=True)
class Terraform:
    """Runs Terraform in ``folder``. aws: the environment variables of an emulated AWS."""

    folder: Path
    aws: Mapping[str, str]

    def plan(self, name: str, *flags: str) -> dict[str, Any]:
        """Write the plan file ``name``; returns the plan as JSON."""
        self.run("plan", f"-out={name}", *flags)
        answer: dict[str, Any] = json.loads(self.run("show", "-json", name))
        return answer

    def run(self, command: str, *words: str, good: tuple[int, ...] = (0,)) -> str:
        """Terraform's output. Another exit code than `good` fails the test."""
        return self._finished(command, *words, good=good).stdout

    def changes(self, *flags: str) -> dict[str, list[str]]:
        """The planned actions by address, without imports; writes the plan file CHANGES."""
        flags = ("-lock=false", "-detailed-exitcode", f"-out={CHANGES}", *flags)
        if self._finished("plan", *flags, good=(0, 2)).returncode == 0:
            return {}
        shown = json.loads(self.run("show", "-json", CHANGES))
        return {
            change["address"]: change["change"]["actions"]
            for change in shown.get("resource_changes", [])
            if change["change"]["actions"] not in (["no-op"], ["read"])
        }

    def _finished(
        self, command: str, *words: str, good: tuple[int, ...]
    ) -> subprocess.CompletedProcess[str]:
        finished = children.captured(
            [tools().terraform, command, *words],
            cwd=self.folder,
            env=environment(self.aws) | {"TF_INPUT": "0", "TF_CLI_ARGS": "-no-color"},
            seconds=_SECONDS,
        )
        if finished.returncode not in good:
            said = f"{finished.stdout[-4000:]}{finished.stderr}"
            pytest.fail(f"terraform {command} in {self.folder.name}:\n{said}", pytrace=False)
        return finished


def push_placeholders(config: Path, aws: Mapping[str, str]) -> None:
    """Push an empty image for each image of these settings, without a container engine."""
    env = environment(aws) | {"STUDIO_CONFIG": str(config)}
    command = [sys.executable, "-m", "scripts.cli", "push", "--placeholder"]
    output_of(command, cwd=PROJECT, env=env)


def tools() -> toolbox.Toolbox:
    try:
        return toolbox.Toolbox.load()
    except FileNotFoundError:
        pytest.fail("there is no Terraform set up: run `make setup`", pytrace=False)


def environment(aws: Mapping[str, str]) -> dict[str, str]:
    """The environment of a Terraform command on the AWS of these variables."""
    values = toolbox.environment(tools())
    # With a profile, or an endpoint for one service, Terraform would call AWS.
    mine = {key: value for key, value in values.items() if not key.startswith(("AWS_", "TF_VAR_"))}
    return mine | dict(aws)
