"""A clone of the project whose deployment is one stack that creates nothing in AWS."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.cli import main
from settings import load
from studio.terraform.deployment import Deployment

BACKENDS: dict[str, dict[str, Any]] = {
    "local": {"local": {"path": "../../../terraform.x.tfstate"}},
    "bucket": {
        "s3": {
            "bucket": "team-state",
            "key": "studio/x.tfstate",
            "region": "us-east-1",
            "encrypt": True,
            "use_lockfile": True,
        }
    },
}
RECORDS = {
    name: {"version": 3, "backend": {"type": kind, "config": values}}
    for name, backend in BACKENDS.items()
    for kind, values in backend.items()
}
"""Terraform's record of the backend in the folder of a stack."""
SETTINGS = {
    "local": "[users.alice]\n",
    "bucket": '[state]\nbucket = "team-state"\nkey_prefix = "studio"\n[users.alice]\n',
}


def write_stacks(
    out: Path, configuration: Mapping[str, object], dependencies: Mapping[str, Sequence[str]]
) -> None:
    """Write these stacks as main.py does, each with its configuration."""
    for name, document in configuration.items():
        folder = out / "stacks" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cdk.tf.json").write_text(json.dumps(document))
    stacks = {
        name: {"dependencies": before, "workingDirectory": f"stacks/{name}"}
        for name, before in dependencies.items()
    }
    (out / "manifest.json").write_text(json.dumps({"stacks": stacks}))


class Synthesized(Deployment):
    """One stack that creates nothing in AWS; it is synthesized already."""

    def synthesize(self) -> None:
        assert self.stacks


@dataclass
class Clone:
    """A clone of the project in which the deployment is synthesized."""

    folder: Path

    def configured(self, where: str) -> Deployment:
        """Synthesizes the deployment with this backend."""
        (self.folder / "studio.toml").write_text(SETTINGS[where])
        data = {"terraform_data": {"it": {"input": "one"}}}
        stack = {"terraform": {"backend": BACKENDS[where]}, "resource": data}
        write_stacks(self.folder / "cdktf.out", {"x": stack}, {"x": []})
        return Synthesized(settings=load(), out=self.folder / "cdktf.out", report=lambda _: None)

    def move(self, to: str) -> int:
        return main(["state", "move", "--to", to, "--out", str(self.folder / "cdktf.out")])

    def unlock(self) -> int:
        return main(["state", "unlock", "--yes", "--out", str(self.folder / "cdktf.out")])


def changes(deployment: Deployment) -> bool:
    deployment.prepare()
    (stack,) = deployment.stacks
    return deployment.plan(stack) is not None
