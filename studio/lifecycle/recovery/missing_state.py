"""A deployment that exists although its state is lost, or is on another machine."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.names import DEPLOYMENT_TAG
from settings import Settings
from studio.aws.client import Aws
from studio.aws.domains import tagged_domains
from studio.aws.networks import list_networks, list_tagged
from studio.errors import StepFailed
from studio.lifecycle.recovery.unfinished import adopt
from studio.terraform.deployment import Deployment

_NETWORK, _DOMAIN = "network", "domain"
"""The stack that is created first and destroyed last, and the one with the homes."""


def require_state(
    settings: Settings, deployment: Deployment, aws: Aws, *, adopting: bool = False
) -> None:
    """Refuse a deployment that exists in AWS while no state holds its network.

    It is found by the tag of its VPC. In a VPC of somebody else's, that of its security groups and
    endpoints there, or of the domain.

    adopting: what an interrupted run of this folder created is imported instead.
    Raises StepFailed, AwsError.
    """
    if deployment.resources([_NETWORK])[_NETWORK]:
        return
    ids = [network.id for network in list_networks(aws, deployment=settings.name)]
    if settings.network.exists:
        ids += list_tagged(aws, settings.network.vpc_id, deployment=settings.name)
        ids += tagged_domains(aws, settings.name)
    if not ids:
        return
    if _NETWORK in deployment.unfinished_stacks():
        if adopting and deployment.writable:
            adopt(deployment)
        return
    raise _not_held(ids, settings)


def require_domain_state(settings: Settings, deployment: Deployment, aws: Aws) -> None:
    """Refuse a domain that exists in AWS while no state holds it: a second one would be created.

    One that an interrupted run created is imported later. Raises StepFailed, AwsError.
    """
    if deployment.resources([_DOMAIN])[_DOMAIN] or _DOMAIN in deployment.unfinished_stacks():
        return
    if ids := tagged_domains(aws, settings.name):
        raise _not_held(ids, settings)


def _not_held(ids: Iterable[str], settings: Settings) -> StepFailed:
    return StepFailed(
        f'{", ".join(ids)} has the tag {DEPLOYMENT_TAG} = "{settings.name}", but no state here '
        "holds it. If the state is in another folder or bucket, use that one (--out, [state]). If "
        "it is lost, run `studio state adopt`, which imports what exists into a new one"
    )
