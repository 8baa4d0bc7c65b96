"""Which managed nodes and activations are a user's or a domain's; commands that run on a node."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.names import SSH_OWNER_TAG, SSH_RESOURCE_TAG
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.aws.spaces import Space
from studio.aws.waiting import moments
from studio.console.reports import Report
from studio.errors import StepFailed

_APP = re.compile(
    r"arn:[a-z0-9-]+:sagemaker:[a-z0-9-]+:\d{12}:app/(?P<domain>d-[a-z0-9-]+)/(?P<space>[^/]+)/.+"
)
_COMMAND_SECONDS = 60
_RUNNING = frozenset({"Pending", "InProgress", "Delayed"})


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A managed node (id: ``mi-...``) or an activation, of an app in a domain.

    owner: the user of its tag; "" without a tag. space: its name in lower case. status: of a node,
    Systems Manager's; of an activation, open or expired.
    """

    id: str
    is_node: bool
    domain_id: str
    space: str
    owner: str
    status: str
    since: datetime

    @property
    def online(self) -> bool:
        """Whether its agent is connected."""
        return self.status == "Online"

    def __str__(self) -> str:
        return f"{self.id} of {self.owner or 'nobody'} ({self.status})"


def list_registrations(aws: Aws) -> list[Registration]:
    """The nodes and activations of apps in the region. Raises AwsError."""
    return [*list_nodes(aws), *list_activations(aws)]


def list_nodes(
    aws: Aws, *, tag: str = "tag-key", value: str = SSH_RESOURCE_TAG
) -> list[Registration]:
    """The nodes with a tag, the oldest first. Raises AwsError."""
    found = []
    tagged = [{"Key": tag, "Values": [value]}]
    for node in aws.all(
        "ssm", "describe_instance_information", "InstanceInformationList", Filters=tagged
    ):
        id_, since = node["InstanceId"], node["RegistrationDate"]
        with ignoring("InvalidResourceId"):
            tags = aws.client("ssm").list_tags_for_resource(
                ResourceType="ManagedInstance", ResourceId=id_
            )["TagList"]
            found += _tagged(tags, id=id_, is_node=True, status=node["PingStatus"], since=since)
    return sorted(found, key=lambda one: one.since)


def list_activations(aws: Aws) -> list[Registration]:
    """The activations of apps in the region. Raises AwsError."""
    found = []
    for one in aws.all("ssm", "describe_activations", "ActivationList"):
        status = "expired" if one.get("Expired") else "open"
        id_, since = one["ActivationId"], one["CreatedDate"]
        tags = one.get("Tags", [])
        found += _tagged(tags, id=id_, is_node=False, status=status, since=since)
    return found


def nodes_of(aws: Aws, space: Space) -> list[Registration]:
    """The nodes of the owner of the space, the oldest first. Raises AwsError."""
    return _of(space, list_nodes(aws, tag=f"tag:{SSH_OWNER_TAG}", value=space.user))


def activations_of(aws: Aws, space: Space) -> list[Registration]:
    """The activations of the owner of the space. Raises AwsError."""
    return _of(space, list_activations(aws))


def delete_registrations(aws: Aws, chosen: Iterable[Registration], report: Report) -> None:
    """Delete activations, then deregister nodes, so that no node registers meanwhile.

    Ignores those that no longer exist. Raises AwsError.
    """
    ssm = aws.client("ssm")
    for one in sorted(chosen, key=lambda registration: registration.is_node):
        with ignoring("InvalidInstanceId", "InvalidActivation", "InvalidActivationId"):
            if one.is_node:
                ssm.deregister_managed_instance(InstanceId=one.id)
            else:
                ssm.delete_activation(ActivationId=one.id)
            report(f"deleted   {'node' if one.is_node else 'activation'} {one.id}")


def delete_domain_registrations(aws: Aws, domain_id: str, report: Report) -> None:
    """Delete a domain's nodes and activations until no new one appears. Raises AwsError."""
    seen: set[str] = set()
    while new := [
        one for one in list_registrations(aws) if one.domain_id == domain_id and one.id not in seen
    ]:
        delete_registrations(aws, new, report)
        seen.update(one.id for one in new)


def run_commands(aws: Aws, node: Registration, commands: Sequence[str]) -> str:
    """Run commands as root; returns their output.

    Raises AwsError, StepFailed if one fails or times out.
    """
    ssm = aws.client("ssm")
    sent = ssm.send_command(
        InstanceIds=[node.id],
        DocumentName="AWS-RunShellScript",
        Parameters={
            "commands": ["set -e", *commands],
            "executionTimeout": [str(_COMMAND_SECONDS)],
        },
        TimeoutSeconds=_COMMAND_SECONDS,
    )["Command"]["CommandId"]
    for _ in moments(2 * _COMMAND_SECONDS):
        seen = {"Status": "Pending"}
        # Systems Manager shows a new command after a moment.
        with ignoring("InvocationDoesNotExist"):
            seen = ssm.get_command_invocation(CommandId=sent, InstanceId=node.id)
        if seen["Status"] == "Success":
            return str(seen["StandardOutputContent"])
        if seen["Status"] not in _RUNNING:
            raise StepFailed(
                f"{node.id}: the command ended as {seen['Status']}: {seen['StandardErrorContent']}"
            )
    raise StepFailed(f"{node.id}: the command has not ended")


def _of(space: Space, found: Iterable[Registration]) -> list[Registration]:
    whose = (space.user, space.domain_id, space.name.casefold())
    return [one for one in found if (one.owner, one.domain_id, one.space) == whose]


def _tagged(tags: Iterable[dict[str, str]], **more: Any) -> list[Registration]:
    """The registration with these tags; [] if it does not belong to an app."""
    values = {tag["Key"]: tag["Value"] for tag in tags}
    app = _APP.fullmatch(values.get(SSH_RESOURCE_TAG, "").casefold())
    if app is None:
        return []
    return [
        Registration(
            domain_id=app["domain"],
            space=app["space"],
            owner=values.get(SSH_OWNER_TAG, ""),
            **more,
        )
    ]
