"""Writes the plans in tests/studio/plans: ``python -m tests.e2e.plan_samples [NAME...]``.

Deploys on an emulated AWS, runs ``studio review`` for each change of the settings, and saves the
parts of the plans that the tests read.
"""

import json
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.lifecycle import emulated
from studio.review.data_loss import DATA_RESOURCES
from studio.review.side_effects import SIDE_EFFECTS
from tests.e2e.deployments import Studio
from tests.plan import terraform

FOLDER = Path(__file__).resolve().parents[1] / "studio" / "plans"

CHANGES = {
    "zones": "network.zones = 3",
    "cidr": 'network.cidr = "10.30.0.0/16"',
    "kms": 'domain.kms = "aws-managed"',
    "source_identity": "domain.source_identity = false",
    "tags": 'tags = { Team = "lab" }',
    "app_type": 'defaults.space.app_type = "CodeEditor"',
    "instance": 'defaults.space.instance_type = "ml.m5.xlarge"',
    "removed_user": "",
    "flow_logs": "network.flow_logs = false",
    "log_days": "network.flow_log_days = 30",
    "retention": 'domain.retention = "Retain"',
    "region": 'region = "us-west-2"',
}
"""The changed line of the settings, by name; the user removed_user is bob."""

_KEPT = "ecr.keep_images = 10"
"""The sample keep_images, which needs an image."""

_BILLED = ("aws_vpc_endpoint", "aws_subnet")


def main(names: Collection[str]) -> None:
    """Write each plan that is not empty as FOLDER/NAME/STACK.json."""
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "emulator.log"
        with emulated.aws(log=log, speed=1000, region="us-east-1") as aws:
            if chosen := {name: CHANGES[name] for name in CHANGES if name in names}:
                it = Studio.in_folder(Path(scratch) / "deployment", aws)
                it.configure(users=["alice", "bob"], image=False)
                it.up()
                for name, line in chosen.items():
                    users = ["alice"] if name == "removed_user" else ["alice", "bob"]
                    _configure(it, line, users, image=False)
                    _plan(it)
                    for stack in it.stacks():
                        _keep(it, name, stack, it.out / "review" / stack, "studio.plan")
            if "keep_images" in names:
                it = Studio.in_folder(Path(scratch) / "repositories", aws)
                it.configure(users=["alice"], image=True, top='name = "lab"')
                it.cdktf("deploy", "ecr", "--auto-approve")
                _configure(it, f'name = "lab"\n{_KEPT}', ["alice"], image=True)
                it.synth()
                assert it.plan("ecr")
                _keep(it, "keep_images", "ecr", it.out / "stacks" / "ecr", terraform.CHANGES)


def _configure(it: Studio, line: str, users: Sequence[str], *, image: bool) -> None:
    """As ``Studio.configure``; the line replaces a line with the same key."""
    it.configure(users=users, image=image, top=line)
    file = it.folder / "studio.toml"
    key = line.partition(" = ")[0]
    rest = file.read_text().removeprefix(line).splitlines()
    kept = [other for other in rest if not key or other.partition(" = ")[0] != key]
    file.write_text("\n".join([line, *kept]) + "\n")


_PLAN = """
import pathlib, sys
from settings import load
from studio.terraform.deployment import Deployment
from studio.terraform.planning import Planner
deployment = Deployment(settings=load(), out=pathlib.Path(sys.argv[1]))
deployment.prepare()
Planner(deployment).plan_stacks(deployment.deployed_stacks())
"""


def _plan(it: Studio) -> None:
    """Plan as `studio review`, but also in another region than the state's."""
    it.run(sys.executable, "-c", _PLAN, str(it.out))


def _keep(it: Studio, name: str, stack: str, folder: Path, file: str) -> None:
    shown = terraform.Terraform(folder=folder, aws=it.aws.environment).run("show", "-json", file)
    plan = trimmed(json.loads(shown))
    if plan["resource_changes"]:
        target = FOLDER / name / f"{stack}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(plan, separators=(",", ":")) + "\n")


def trimmed(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of resources that hold data or have a fixed cost."""
    changes = [
        found
        for found in plan.get("resource_changes", ())
        if found["type"] in _BILLED
        or (
            (found["type"] in DATA_RESOURCES or found["type"] in SIDE_EFFECTS)
            and found["change"]["actions"] != ["no-op"]
        )
    ]
    drift = [found for found in plan.get("resource_drift", []) if found["type"] in DATA_RESOURCES]
    kept = {key: plan[key] for key in ("format_version", "output_changes") if key in plan}
    return kept | {"resource_changes": changes, "resource_drift": drift}


if __name__ == "__main__":
    main(sys.argv[1:] or [*CHANGES, "keep_images"])
