"""Untaints what an interrupted run was creating, so that Terraform does not replace it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.statuses import CHANGING
from settings import UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError, ignoring
from studio.aws.waiting import wait
from studio.console.reports import Report
from studio.lifecycle.recovery.recover import REFRESH_STATE, Terraform
from studio.lifecycle.recovery.search import region
from studio.review.data_loss import DATA_RESOURCES
from studio.terraform.state.files import Resource

_SECONDS = 20 * 60.0
"""As long as the provider waits for a domain."""


@dataclass(frozen=True, kw_only=True)
class _Status:
    """How to read a status. keys: the attribute for each argument. member: of the answer."""

    operation: str
    keys: Mapping[str, str]
    member: str = "Status"

    def missing(self, attributes: Mapping[str, Any]) -> list[str]:
        """The attributes that the operation needs and the state does not have."""
        return [of for of in self.keys.values() if not isinstance(attributes.get(of), str)]

    def read(self, aws: Aws, attributes: Mapping[str, Any]) -> str:
        """The status in capitals; empty if the resource does not exist. Raises AwsError."""
        arguments = {name: attributes[of] for name, of in self.keys.items()}
        with ignoring("ResourceNotFound", "ResourceNotFoundException"):
            answer = getattr(aws.client("sagemaker"), self.operation)(**arguments)
            return str(answer[self.member]).upper()
        return ""


_STATUSES: Mapping[str, _Status] = {
    "aws_sagemaker_domain": _Status(operation="describe_domain", keys={"DomainId": "id"}),
    "aws_sagemaker_user_profile": _Status(
        operation="describe_user_profile",
        keys={"DomainId": "domain_id", "UserProfileName": "user_profile_name"},
    ),
    "aws_sagemaker_space": _Status(
        operation="describe_space", keys={"DomainId": "domain_id", "SpaceName": "space_name"}
    ),
    "aws_sagemaker_image": _Status(
        operation="describe_image", keys={"ImageName": "image_name"}, member="ImageStatus"
    ),
    # The interrupted run was creating the newest version; the state does not have its number.
    "aws_sagemaker_image_version": _Status(
        operation="describe_image_version",
        keys={"ImageName": "image_name"},
        member="ImageVersionStatus",
    ),
}


def untaint(
    terraform: Terraform,
    folder: Path,
    resources: Iterable[Resource],
    *,
    report: Report,
) -> set[str]:
    """Untaint the resources with data that an interrupted run was creating.

    A provider that is interrupted while it waits leaves a resource tainted, and Terraform would
    replace it although it works (source: developer.hashicorp.com/terraform/cli/commands/taint).
    The next plan sets what the provider had not set yet.

    folder: of the stack, synthesized. resources: of its state. Returns the addresses of those that
    SageMaker failed to create; they stay tainted. Raises UserError if AWS or Terraform fails.
    """
    tainted = [one for one in resources if one.tainted and one.kind in DATA_RESOURCES]
    if not tainted:
        return set()
    aws, failed = Aws(region(folder)), set()
    for resource in tainted:
        kind = _STATUSES.get(resource.kind)
        if kind is not None and (missing := kind.missing(resource.attributes)):
            # It may work, so the guard must not accept its loss.
            report(
                f"{folder.name}: {resource.address} cannot be looked up: its state has no "
                f"{' and no '.join(missing)}"
            )
            continue
        try:
            status = _settled(aws, kind, resource, report) if kind else ""
        except AwsError as error:
            raise UserError(f"{folder.name}: {error}") from error
        if "FAILED" in status:
            failed.add(resource.address)
            report(
                f"{folder.name}: {resource.address} failed ({status}); Terraform creates it again"
            )
        else:
            terraform("untaint", "-no-color", resource.address)
            report(f"{folder.name}: kept {resource.address}, which an interrupted run was creating")
    # The interrupted provider did not read attributes that others refer to, such as the ARN.
    terraform(*REFRESH_STATE)
    return failed


def _settled(aws: Aws, kind: _Status, resource: Resource, report: Report) -> str:
    """Wait until the status is final."""
    status = ""

    def pending() -> str:
        nonlocal status
        status = kind.read(aws, resource.attributes)
        return f"{resource.address} ({status})" if status in CHANGING else ""

    wait(pending, seconds=_SECONDS, report=report)
    return status
