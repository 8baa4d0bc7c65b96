"""Refuses a second deployment of one name: the first one's state is lost, or is elsewhere."""

from catalog.names import DEPLOYMENT_TAG
from settings import Settings
from studio.aws.client import Aws
from studio.aws.domain_resources import tagged_domains
from studio.aws.networks import list_networks, list_tagged
from studio.errors import StepFailed
from studio.lifecycle.recovery.unfinished import adopt
from studio.terraform.deployment import Deployment

_NETWORK, _DOMAIN = "network", "domain"
"""The stack that is created first and destroyed last, and the one with the homes."""


def refuse_second_deployment(
    settings: Settings, deployment: Deployment, aws: Aws, *, adopting: bool = False
) -> None:
    """Refuse a network or a domain that exists in AWS and in no state: it would be created twice.

    Both are found by their tag; in an existing VPC, the network is its security groups and
    endpoints. What an interrupted run of this folder created is not refused: it is imported later.

    adopting: import it now, and do not refuse a domain if the state has the network.
    Raises StepFailed, AwsError.
    """
    held = deployment.resources([_NETWORK, _DOMAIN])
    if adopting and held[_NETWORK]:
        return
    found: dict[str, list[str]] = {}
    if not held[_NETWORK]:
        found[_NETWORK] = _network_ids(settings, aws)
    if not held[_DOMAIN]:
        found[_DOMAIN] = tagged_domains(aws, settings.name)
    unfinished = deployment.unfinished_stacks()
    if adopting and _NETWORK in unfinished:
        if any(found.values()) and deployment.writable:
            adopt(deployment)
        return
    lost = [id_ for stack, ids in found.items() if stack not in unfinished for id_ in ids]
    if lost:
        raise StepFailed(
            f'{", ".join(lost)} has the tag {DEPLOYMENT_TAG} = "{settings.name}", but no state '
            "here holds it. If the state is in another folder or bucket, use that one (--out, "
            "[state]). If it is lost, run `studio state adopt`, which imports what exists into a "
            "new one"
        )


def _network_ids(settings: Settings, aws: Aws) -> list[str]:
    ids = [network.id for network in list_networks(aws, deployment=settings.name)]
    if settings.network.exists:
        ids += list_tagged(aws, settings.network.vpc_id, deployment=settings.name)
    return ids
