"""Parallel deployments, each in its own process."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

from catalog.names import DEPLOYMENT_TAG
from settings.paths import PROJECT
from studio.processes import children
from studio.terraform.stacks import read_configuration
from studio_emulator.server import Emulator


def test_three_deployments_at_once_share_nothing(aws: Emulator, tmp_path: Path) -> None:
    """What `studio up` does before the answer: synthesis, record, state, preview."""
    names = ("audio", "text", "vision")
    (tmp_path / "base.toml").write_text("image.slim.enabled = false\n[users.alice]\n")
    (tmp_path / "teams").mkdir()
    environment = {**os.environ, **aws.environment()}
    with ExitStack() as running:
        started = {}
        for number, name in enumerate(names):
            file = tmp_path / "teams" / f"{name}.toml"
            file.write_text(
                f'extends = "../base.toml"\nname = "{name}"\nnetwork.cidr = "10.{number}.0.0/16"\n'
            )
            command = [sys.executable, "-m", "scripts.cli", "--config", str(file), "up"]
            started[name] = running.enter_context(
                children.Child(command, cwd=PROJECT, env=environment)
            )
        for name, process in started.items():
            assert process.stderr is not None
            said = process.stderr.read().decode()
            assert process.wait() == 2, said
            assert said.endswith("studio up: no terminal to ask at: add --yes\n")
            assert not [other for other in names if other != name and other in said]
    for number, name in enumerate(names):
        stacks = tmp_path / "teams" / f"{name}.studio" / "cdktf.out" / "stacks"
        network = read_configuration(stacks / "network")
        (vpc,) = network["resource"]["aws_vpc"].values()
        assert vpc["cidr_block"] == f"10.{number}.0.0/16"
        (provider,) = network["provider"]["aws"]
        assert provider["default_tags"][0]["tags"][DEPLOYMENT_TAG] == name
    written = {path.name for path in (tmp_path / "teams").iterdir()}
    assert written == {f"{name}.{kind}" for name in names for kind in ("toml", "studio")}
