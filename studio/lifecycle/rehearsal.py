"""A first deployment, rehearsed on an emulated AWS: what it changes, and that it succeeds."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from settings import Settings, StateSettings, UserError
from studio.errors import StepFailed
from studio.images.push import push_images
from studio.lifecycle import emulated
from studio.lifecycle.up import IMAGE
from studio.terraform.deployment import Deployment
from studio.terraform.plan import Plan, read_plan
from studio.terraform.preview import with_local_state

_SPEED = 1000.0


def rehearse(settings: Settings, *, scratch: Path, report: Callable[[str], None]) -> list[Plan]:
    """The plan of each stack, which is then applied to an emulated AWS that is empty at first.

    ``report`` gets a line a stack, and the details if one fails. From here on this process talks
    to that AWS alone, which ends with this call; ``scratch`` is an empty folder for the
    synthesized stacks, their state and the record of image versions.
    Raises StepFailed if the deployment fails.
    """
    with emulated.aws(log=scratch / "emulator.log", speed=_SPEED, region=settings.region) as aws:
        aws.enter()
        # SageMaker there numbers the versions anew.
        os.environ["STUDIO_VERSIONS"] = str(scratch / "versions.toml")
        details: list[str] = []
        # An emulated AWS does not have the bucket that the state may be in.
        local = settings.model_copy(update={"state": StateSettings()})
        deployment = Deployment(settings=local, out=scratch / "cdktf.out", report=details.append)
        deployment.synthesize()
        plans = []
        for stack in deployment.stacks:
            report(f"rehearsal: {stack.name}")
            file = stack.folder / "cdk.tf.json"
            file.write_text(json.dumps(with_local_state(json.loads(file.read_text()), stack.name)))
            try:
                if stack.name == IMAGE:
                    push_images(settings, placeholder=True, report=details.append)
                found = deployment.plan(stack)
                if found is not None:
                    plans.append(read_plan(found, stack=stack.name))
                    deployment.apply(stack)
            except UserError as error:
                for line in details:
                    report(f"rehearsal: {line}")
                raise StepFailed(f"the rehearsal on an emulated AWS: {error}") from None
        return plans
