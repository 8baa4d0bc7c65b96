"""Hybrid nodes: how Systems Manager knows the apps of users who connect through ssh-helper."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from scripts.support.account import client, one_line
from scripts.support.spaces import Report, Space

OWNER_TAG = "SSHOwner"
RESOURCE_TAG = "SSHResourceArn"
"""The app's ARN, as sagemaker-ssh-helper writes it on activation and node."""

USD_PER_HOUR = 0.00695
"""A node in the advanced tier (aws.amazon.com/systems-manager/pricing, November 2026)."""

_SERVICE = "ssm"
_GONE = ("InvalidInstanceId", "InvalidActivation", "InvalidActivationId")


@dataclass(frozen=True, kw_only=True)
class Node:
    """A managed node; id: ``mi-...``; activation: the id of the one that it registered with."""

    id: str
    region: str
    user: str
    activation: str
    online: bool
    since: datetime


def nodes_of(user: str, space: Space) -> list[Node]:
    """The nodes that apps of the user's space registered, the oldest first. Raises UserError."""
    ssm = client(_SERVICE, space.region)
    with one_line(_SERVICE):
        pages = ssm.get_paginator("describe_instance_information").paginate(
            Filters=[{"Key": f"tag:{OWNER_TAG}", "Values": [user]}]
        )
        found = [
            Node(
                id=item["InstanceId"],
                region=space.region,
                user=user,
                activation=item.get("ActivationId", ""),
                online=item["PingStatus"] == "Online",
                since=item["RegistrationDate"],
            )
            for page in pages
            for item in page["InstanceInformationList"]
            if _is_of(space, user, _tags(ssm, item["InstanceId"]))
        ]
    return sorted(found, key=lambda node: node.since)


def activations_of(user: str, space: Space) -> list[str]:
    """The ids of activations made in the user's space, used or not. Raises UserError."""
    ssm = client(_SERVICE, space.region)
    with one_line(_SERVICE):
        return [
            item["ActivationId"]
            for page in ssm.get_paginator("describe_activations").paginate()
            for item in page["ActivationList"]
            if _is_of(space, user, _by_key(item.get("Tags", [])))
        ]


def deregister(nodes: Iterable[Node], report: Report) -> None:
    """Deregister nodes; one that is gone already is passed over. Raises UserError."""
    for node in nodes:
        ssm = client(_SERVICE, node.region)
        if _removes(ssm.deregister_managed_instance, InstanceId=node.id):
            report(f"deregistered {node.id}")


def delete_activations(ids: Iterable[str], *, region: str, report: Report) -> None:
    """Delete activations, so that nothing registers with them any more.

    One that is gone already is passed over. Raises UserError.
    """
    ssm = client(_SERVICE, region)
    for activation in ids:
        if _removes(ssm.delete_activation, ActivationId=activation):
            report(f"deleted activation {activation}")


def _removes(operation: Callable[..., Any], **named: str) -> bool:
    with one_line(_SERVICE):
        try:
            operation(**named)
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return False
            raise
    return True


def _is_of(space: Space, user: str, tags: dict[str, str]) -> bool:
    """The same user's apps in another domain, or outside Studio, are not this space's."""
    place = f":app/{space.domain_id}/{space.name}/".casefold()
    return tags.get(OWNER_TAG) == user and place in tags.get(RESOURCE_TAG, "").casefold()


def _tags(ssm: Any, node_id: str) -> dict[str, str]:
    answer = ssm.list_tags_for_resource(ResourceType="ManagedInstance", ResourceId=node_id)
    return _by_key(answer["TagList"])


def _by_key(tags: Iterable[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
