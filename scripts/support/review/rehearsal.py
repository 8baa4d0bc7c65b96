"""A first deployment, carried out on an emulated AWS: what it will do, and that it can be done."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scripts.push import push_images
from scripts.support import emulated
from scripts.support.cdktf_runs import Deployment, StepFailed
from scripts.support.review.plan import Plan, read_plan
from scripts.up import IMAGE
from settings import Settings

_SPEED = 1000.0


def rehearse(settings: Settings, *, scratch: Path, report: Callable[[str], None]) -> list[Plan]:
    """Each stack's plan, read right before it was applied to an AWS that was empty at first.

    From here on this process talks to that AWS alone, which ends with this call; ``scratch`` is
    an empty folder for the synthesized stacks, their state and the record of image versions.
    Raises StepFailed where the deployment could not be made.
    """
    with emulated.aws(log=scratch / "emulator.log", speed=_SPEED, region=settings.region) as aws:
        aws.enter()
        # SageMaker there numbers the versions anew.
        os.environ["STUDIO_VERSIONS"] = str(scratch / "versions.toml")
        deployment = Deployment(out=scratch / "cdktf.out", report=report)
        plans = []
        for stack in deployment.stacks:
            _keep_state_here(stack.folder / "cdk.tf.json")
            if stack.name == IMAGE:
                push_images(settings, placeholder=True, report=report)
            try:
                found = deployment.plan(stack)
                if found is not None:
                    plans.append(read_plan(found, stack=stack.name))
                    deployment.apply(stack)
            except StepFailed as error:
                raise StepFailed(f"the rehearsal on an emulated AWS: {error}") from None
        return plans


def _keep_state_here(file: Path) -> None:
    """State that is elsewhere, in S3, is not there for an emulated AWS."""
    configuration: dict[str, Any] = json.loads(file.read_text())
    backends = configuration["terraform"]["backend"]
    references: Mapping[str, Any] = configuration.get("data", {}).get("terraform_remote_state", {})
    if "local" in backends:
        return
    configuration["terraform"]["backend"] = {"local": {"path": _beside(file.parent.name)}}
    for name, reference in references.items():
        stack = name.removeprefix("cross-stack-reference-input-")
        reference |= {"backend": "local", "config": {"path": _beside(stack)}}
    file.write_text(json.dumps(configuration))


def _beside(stack: str) -> str:
    return f"../../../terraform.{stack}.tfstate"
