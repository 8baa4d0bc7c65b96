"""Hybrid nodes: how Systems Manager knows the apps of users who connect through ssh-helper."""

from __future__ import annotations

import re
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
_APP = re.compile(r":app/(?P<domain>[^/]+)/(?P<space>[^/]+)/")
_GONE = ("InvalidInstanceId", "InvalidActivation", "InvalidActivationId")


@dataclass(frozen=True, kw_only=True)
class Node:
    """A managed node; id: ``mi-...``; user: its owner; space: in lower case."""

    id: str
    region: str
    user: str
    space: str
    activation: str
    online: bool
    since: datetime


def nodes_of(user: str, space: Space) -> list[Node]:
    """The nodes that apps of the user's space registered, the oldest first. Raises UserError."""
    found = _nodes(f"tag:{OWNER_TAG}", user, region=space.region, domain_id=space.domain_id)
    return [node for node in found if node.space == space.name.casefold()]


def nodes_in(*, region: str, domain_id: str) -> list[Node]:
    """The nodes that apps of the domain registered, the oldest first. Raises UserError."""
    return _nodes("tag-key", OWNER_TAG, region=region, domain_id=domain_id)


def activations_of(user: str, space: Space) -> list[str]:
    """The ids of activations made in the user's space, used or not. Raises UserError."""
    ssm = client(_SERVICE, space.region)
    with one_line(_SERVICE):
        return [
            item["ActivationId"]
            for page in ssm.get_paginator("describe_activations").paginate()
            for item in page["ActivationList"]
            if _owner_and_space(_by_key(item.get("Tags", [])), space.domain_id)
            == (user, space.name.casefold())
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


def _nodes(key: str, value: str, *, region: str, domain_id: str) -> list[Node]:
    ssm = client(_SERVICE, region)
    found = []
    with one_line(_SERVICE):
        pages = ssm.get_paginator("describe_instance_information").paginate(
            Filters=[{"Key": key, "Values": [value]}]
        )
        for item in (item for page in pages for item in page["InstanceInformationList"]):
            if whose := _owner_and_space(_tags(ssm, item["InstanceId"]), domain_id):
                user, space = whose
                found.append(
                    Node(
                        id=item["InstanceId"],
                        region=region,
                        user=user,
                        space=space,
                        activation=item.get("ActivationId", ""),
                        online=item["PingStatus"] == "Online",
                        since=item["RegistrationDate"],
                    )
                )
    return sorted(found, key=lambda node: node.since)


def _owner_and_space(tags: dict[str, str], domain_id: str) -> tuple[str, str] | None:
    """None for what is in another domain, or outside Studio. The space's name is in lower case."""
    named = _APP.search(tags.get(RESOURCE_TAG, "").casefold())
    if named is None or named["domain"] != domain_id.casefold() or OWNER_TAG not in tags:
        return None
    return tags[OWNER_TAG], named["space"]


def _tags(ssm: Any, node_id: str) -> dict[str, str]:
    answer = ssm.list_tags_for_resource(ResourceType="ManagedInstance", ResourceId=node_id)
    return _by_key(answer["TagList"])


def _by_key(tags: Iterable[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
