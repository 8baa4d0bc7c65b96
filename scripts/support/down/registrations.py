"""Managed nodes and activations that the apps of a Studio registered with Systems Manager."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scripts.support.aws import Aws, passing
from scripts.support.nodes import OWNER_TAG, RESOURCE_TAG
from scripts.support.waiting import Report

_APP = re.compile(r"arn:[a-z0-9-]+:sagemaker:[a-z0-9-]+:\d{12}:app/(?P<domain>d-[a-z0-9-]+)/.+")


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A managed node or an activation. is_node: nodes are billed, activations are not."""

    id: str
    is_node: bool
    domain_id: str
    owner: str
    status: str

    def __str__(self) -> str:
        return f"{self.id} of {self.owner or 'nobody'} ({self.status})"


def registrations(aws: Aws) -> list[Registration]:
    """Those in the region whose tags name the app of a domain. Raises ClientError."""
    ssm = aws.client("ssm")
    found = []
    tagged = [{"Key": "tag-key", "Values": [RESOURCE_TAG]}]
    for node in aws.all(
        "ssm", "describe_instance_information", "InstanceInformationList", Filters=tagged
    ):
        with passing("InvalidResourceId"):
            tags = ssm.list_tags_for_resource(
                ResourceType="ManagedInstance", ResourceId=node["InstanceId"]
            )["TagList"]
            found += _registration(node["InstanceId"], tags, node["PingStatus"], is_node=True)
    for activation in aws.all("ssm", "describe_activations", "ActivationList"):
        status = "expired" if activation.get("Expired") else "open"
        tags = activation.get("Tags", [])
        found += _registration(activation["ActivationId"], tags, status, is_node=False)
    return found


def delete(aws: Aws, chosen: Iterable[Registration], report: Report) -> None:
    """Delete activations, then deregister nodes: nothing can register in between.

    Raises ClientError.
    """
    ssm = aws.client("ssm")
    for one in sorted(chosen, key=lambda registration: registration.is_node):
        if one.is_node:
            with passing("InvalidInstanceId"):
                ssm.deregister_managed_instance(InstanceId=one.id)
        else:
            with passing("InvalidActivation", "InvalidActivationId"):
                ssm.delete_activation(ActivationId=one.id)
        report(f"deleted   {'node' if one.is_node else 'activation'} {one.id}")


def _registration(
    id_: str, tags: list[dict[str, str]], status: str, *, is_node: bool
) -> list[Registration]:
    values = {tag["Key"]: tag["Value"] for tag in tags}
    app = _APP.fullmatch(values.get(RESOURCE_TAG, ""))
    if app is None:
        return []
    return [
        Registration(
            id=id_,
            is_node=is_node,
            domain_id=app["domain"],
            owner=values.get(OWNER_TAG, ""),
            status=status,
        )
    ]
