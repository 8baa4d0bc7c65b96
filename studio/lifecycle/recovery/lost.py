"""A deployment that stands although its state is gone, or lies on another machine."""

from __future__ import annotations

from catalog.names import DEPLOYMENT_TAG
from settings import Settings
from studio.aws.client import Aws
from studio.aws.networks import networks
from studio.errors import StepFailed
from studio.lifecycle.recovery.unfinished import adopt
from studio.terraform.deployment import Deployment

_NETWORK = "network"
"""The stack that stands as long as anything does."""


def check(settings: Settings, deployment: Deployment, aws: Aws, *, adopting: bool = False) -> None:
    """Refuse to begin as if nothing stood, where AWS holds this deployment's VPC.

    adopting: what an ended run of this folder made is taken into state instead.
    Raises StepFailed, ClientError.
    """
    if deployment.resources([_NETWORK])[_NETWORK]:
        return
    standing = networks(aws, deployment=settings.name)
    if not standing:
        return
    if _NETWORK in deployment.unfinished_stacks():
        if adopting:
            adopt(deployment)
        return
    ids = ", ".join(network.id for network in standing)
    raise StepFailed(
        f'{ids} with the tag {DEPLOYMENT_TAG} = "{settings.name}" stands, and no state here knows '
        "it: is the state somebody else's, or in another folder or bucket ([state]), go on with "
        "that one; is it lost, `studio state adopt` makes a new one of what stands"
    )
