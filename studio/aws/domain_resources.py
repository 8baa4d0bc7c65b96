"""The resources of a SageMaker domain: apps, spaces and user profiles, and the domain itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.statuses import APP_ENDED
from studio.aws.client import Aws
from studio.aws.errors import AwsError, ignoring
from studio.aws.waiting import wait
from studio.console.reports import Report
from studio.errors import StepFailed


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """A type of resource that belongs to a domain.

    key: the members that name one in a request. seconds: how long AWS may take to delete one.
    ended: statuses in which AWS lists a resource that does not exist any more.
    """

    noun: str
    operation: str
    member: str
    key: tuple[str, ...]
    seconds: float
    ended: tuple[str, ...] = ()


# Deleting an app was seen to take 20 minutes. Terraform's provider waits 10 minutes for a space and
# 20 for a domain (internal/service/sagemaker/wait.go).
APPS = ResourceType(
    noun="app",
    operation="app",
    member="Apps",
    key=("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
    seconds=20 * 60,
    ended=APP_ENDED,
)
SPACES = ResourceType(
    noun="space",
    operation="space",
    member="Spaces",
    key=("DomainId", "SpaceName"),
    seconds=10 * 60,
)
PROFILES = ResourceType(
    noun="user profile",
    operation="user_profile",
    member="UserProfiles",
    key=("DomainId", "UserProfileName"),
    seconds=10 * 60,
)
DOMAIN = ResourceType(
    noun="domain",
    operation="domain",
    member="Domains",
    key=("DomainId",),
    seconds=20 * 60,
)


@dataclass(frozen=True, kw_only=True)
class DomainResource:
    """A resource as AWS lists it; key: the members that name it in a request."""

    key: tuple[tuple[str, str], ...]
    name: str
    status: str
    listed: dict[str, Any]


def list_resources(aws: Aws, kind: ResourceType, domain_id: str) -> list[DomainResource]:
    """The resources of one type in a domain. Raises AwsError."""
    narrowed = {} if kind is DOMAIN else {"DomainIdEquals": domain_id}
    listed = aws.all("sagemaker", f"list_{kind.operation}s", kind.member, **narrowed)
    return [
        DomainResource(
            key=tuple((name, item[name]) for name in kind.key if name in item),
            name=_name(kind, item),
            status=item["Status"],
            listed=item,
        )
        for item in listed
        if item["DomainId"] == domain_id and item["Status"] not in kind.ended
    ]


def delete_resources(
    aws: Aws, kind: ResourceType, domain_id: str, report: Report, **more: Any
) -> None:
    """Delete all resources of one type in a domain, and wait until AWS lists none.

    Requests again what AWS refuses for now and what somebody creates meanwhile; only waits for
    what another run requested. more: further members of the delete request.

    Raises StepFailed when a deletion fails or takes longer than ``kind.seconds``, AwsError.
    """
    accepted: set[tuple[tuple[str, str], ...]] = set()
    seen: dict[tuple[tuple[str, str], ...], str] = {}

    def pending() -> str:
        there = list_resources(aws, kind, domain_id)
        for gone in seen.keys() - {resource.key for resource in there}:
            report(f"deleted   {kind.noun} {seen.pop(gone)}")
        states = []
        for resource in there:
            seen[resource.key] = resource.name
            refused = ""
            if resource.key in accepted:
                _require_progress(aws, kind, resource)
            elif resource.status != "Deleting":
                refused = _request_deletion(aws, kind, resource, more)
                if not refused:
                    accepted.add(resource.key)
            states.append(f"{kind.noun} {resource.name} ({refused or 'Deleting'})")
        return ", ".join(states)

    wait(pending, seconds=kind.seconds, report=report)


def _request_deletion(
    aws: Aws, kind: ResourceType, resource: DomainResource, more: dict[str, Any]
) -> str:
    """Empty where AWS accepts the request, else why AWS refuses it for now."""
    delete = getattr(aws.client("sagemaker"), f"delete_{kind.operation}")
    try:
        with ignoring("ResourceNotFound"):
            delete(**dict(resource.key), **more)
    except AwsError as error:
        if error.code not in ("ResourceInUse", "ValidationException"):
            raise
        return str(error)
    return ""


def _require_progress(aws: Aws, kind: ResourceType, resource: DomainResource) -> None:
    if resource.status != "Delete_Failed":
        return
    describe = getattr(aws.client("sagemaker"), f"describe_{kind.operation}")
    reason = describe(**dict(resource.key)).get("FailureReason", "AWS gives no reason")
    raise StepFailed(f"{kind.noun} {resource.name}: Delete_Failed: {reason}")


def _name(kind: ResourceType, item: dict[str, Any]) -> str:
    if kind is APPS:
        owner = item.get("SpaceName") or item.get("UserProfileName")
        return f"{owner}/{item['AppType']}"
    return str(item[kind.key[-1]])
