"""What SageMaker holds of a domain, in the order in which it lets go: apps, spaces, profiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.statuses import APP_ENDED
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.aws.waiting import wait
from studio.console.reports import Report
from studio.errors import StepFailed


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a domain has many of.

    key: the members that name one in a request. seconds: how long AWS may take to delete one.
    ended: statuses of what is listed but not there any more.
    """

    noun: str
    operation: str
    member: str
    key: tuple[str, ...]
    seconds: float
    ended: tuple[str, ...] = ()


APPS = Kind(
    noun="app",
    operation="app",
    member="Apps",
    key=("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
    # Up to 20 minutes are seen for an app; 10 is the provider's patience with a space, 20 that
    # with a domain (its internal/service/sagemaker/wait.go).
    seconds=20 * 60,
    ended=APP_ENDED,
)
SPACES = Kind(
    noun="space",
    operation="space",
    member="Spaces",
    key=("DomainId", "SpaceName"),
    seconds=10 * 60,
)
PROFILES = Kind(
    noun="user profile",
    operation="user_profile",
    member="UserProfiles",
    key=("DomainId", "UserProfileName"),
    seconds=10 * 60,
)
DOMAIN = Kind(
    noun="domain",
    operation="domain",
    member="Domains",
    key=("DomainId",),
    seconds=20 * 60,
)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One of a kind as AWS lists it; key: what names it in a request."""

    key: tuple[tuple[str, str], ...]
    name: str
    status: str
    listed: dict[str, Any]


def things(aws: Aws, kind: Kind, domain_id: str) -> list[Thing]:
    """All of a kind in one domain that are there. Raises AwsError."""
    narrowed = {} if kind is DOMAIN else {"DomainIdEquals": domain_id}
    listed = aws.all("sagemaker", f"list_{kind.operation}s", kind.member, **narrowed)
    return [
        Thing(
            key=tuple((name, item[name]) for name in kind.key if name in item),
            name=_name(kind, item),
            status=item["Status"],
            listed=item,
        )
        for item in listed
        if item["DomainId"] == domain_id and item["Status"] not in kind.ended
    ]


def delete_all(aws: Aws, kind: Kind, domain_id: str, report: Report, **more: Any) -> None:
    """Delete all of a kind in one domain, and wait until AWS lists none of them.

    Asks again for what AWS cannot delete yet, or what somebody starts meanwhile; what another run
    asked for is only waited for. more: further members of the request to delete.

    Raises StepFailed when AWS gives up or takes longer than ``kind.seconds``, AwsError.
    """
    accepted: set[tuple[tuple[str, str], ...]] = set()
    seen: dict[tuple[tuple[str, str], ...], str] = {}

    def pending() -> str:
        there = things(aws, kind, domain_id)
        for gone in seen.keys() - {thing.key for thing in there}:
            report(f"deleted   {kind.noun} {seen.pop(gone)}")
        told = []
        for thing in there:
            seen[thing.key] = thing.name
            refused = ""
            if thing.key in accepted:
                _check(aws, kind, thing)
            elif thing.status != "Deleting":
                refused = _ask(aws, kind, thing, more)
                if not refused:
                    accepted.add(thing.key)
            told.append(f"{kind.noun} {thing.name} ({refused or 'Deleting'})")
        return ", ".join(told)

    wait(pending, seconds=kind.seconds, report=report)


def _ask(aws: Aws, kind: Kind, thing: Thing, more: dict[str, Any]) -> str:
    """Ask AWS to delete it; AWS's words where it cannot yet."""
    delete = getattr(aws.client("sagemaker"), f"delete_{kind.operation}")
    try:
        delete(**dict(thing.key), **more)
    except AwsError as error:
        if error.code in ("ResourceInUse", "ValidationException"):
            return str(error)
        if error.code != "ResourceNotFound":
            raise
    return ""


def _check(aws: Aws, kind: Kind, thing: Thing) -> None:
    if thing.status != "Delete_Failed":
        return
    describe = getattr(aws.client("sagemaker"), f"describe_{kind.operation}")
    reason = describe(**dict(thing.key)).get("FailureReason", "AWS gives no reason")
    raise StepFailed(f"{kind.noun} {thing.name}: Delete_Failed: {reason}")


def _name(kind: Kind, item: dict[str, Any]) -> str:
    if kind is APPS:
        owner = item.get("SpaceName") or item.get("UserProfileName")
        return f"{owner}/{item['AppType']}"
    return str(item[kind.key[-1]])
