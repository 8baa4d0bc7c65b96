"""Deploys all stacks in order, pushes images in between; safe to run again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from settings import Settings
from studio.aws import key_bucket
from studio.aws.client import Aws
from studio.images.versions import disabled, prune, record
from studio.lifecycle import identity
from studio.lifecycle.guard import Guard
from studio.lifecycle.recovery.missing_state import require_state
from studio.lifecycle.recovery.unfinished import keep_unfinished
from studio.terraform.deployment import Deployment
from studio.terraform.state import places

IMAGE = "image"
"""The stack that can be planned only once the images are in their repositories."""


def up(
    settings: Settings,
    deployment: Deployment,
    *,
    push: Callable[[], object],
    allow: Iterable[str] = (),
) -> None:
    """Deploy every stack of the deployment; ``push`` pushes the images that ECR lacks.

    ``allow``: the addresses of what may be lost of what holds data; see ``Guard``.

    The record of image versions is brought up to date before, for the synthesis, and after; then
    versions beyond those to keep are deleted. Disabled images are detached before their stack is
    deployed, which deletes them, and that before the users' stack.
    Each step finds what an earlier, interrupted run has done and goes on from there.
    Raises UserError (DataAtRisk; StepFailed where Terraform or the engine failed).
    """
    places.check(settings, deployment.out.parent)
    record.refresh(settings, folder=deployment.out.parent)
    deployment.prepare()
    stacks = [stack.name for stack in deployment.stacks]
    identity.check_resources(settings, deployment.resources(stacks), out=deployment.out)
    aws = Aws(settings.region)
    require_state(settings, deployment, aws)
    # What never worked holds nobody's data.
    allowed = keep_unfinished(deployment).union(allow)
    guard = Guard(settings=settings, deployment=deployment, allowed=allowed)
    guard.look_ahead()
    disabled.let_go(settings, deployment.report)
    for level in deployment.levels:
        if settings.images and IMAGE in [stack.name for stack in level]:
            push()
        guard.deploy(level)
    prune.prune(settings, folder=deployment.out.parent, report=deployment.report)
    key_bucket.ensure_key_bucket(aws, settings, deployment.report)
