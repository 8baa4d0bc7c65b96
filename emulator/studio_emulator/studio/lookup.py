"""Finding domains, user profiles, spaces and apps, and the refusals that they have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.studio.call import Call
from studio_emulator.studio.checks import invalid
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import Store

USABLE = ("InService", "Update_Failed")
DELETABLE = (*USABLE, "Failed", "Delete_Failed")
RUNNING = ("Pending", "InService")
ENDED = ("Deleted", "Failed")


def domain(held: Store, call: Call, domain_id: str) -> Resource:
    """The domain, or ResourceNotFound."""
    found = held.domains.get(domain_id)
    if found is None:
        raise not_found("Domain", call.arn(f"domain/{domain_id}"))
    return found


def usable_domain(held: Store, domain_id: str) -> Resource:
    """The domain in which something is to be created, or ValidationException."""
    found = held.domains.get(domain_id)
    if found is None:
        raise invalid(f"Domain [{domain_id}] does not exist.")
    require_state(found, "Domain", USABLE)
    return found


def user_profile(held: Store, call: Call, domain_id: str, name: str) -> Resource:
    """The user profile by its name in any case, or ResourceNotFound."""
    found = held.user_profiles.get((domain_id, name.lower()))
    if found is None:
        raise not_found("UserProfile", user_profile_arn(call, domain_id, name))
    return found


def user_profile_arn(call: Call, domain_id: str, name: str) -> str:
    """The ARN of the user profile of that name."""
    return call.arn(f"user-profile/{domain_id}/{name.lower()}")


def space(held: Store, call: Call, domain_id: str, name: str) -> Resource:
    """The space, or ResourceNotFound."""
    found = held.spaces.get((domain_id, name.lower()))
    if found is None:
        raise not_found("Space", call.arn(f"space/{domain_id}/{name.lower()}"))
    return found


def listed(
    resources: Mapping[tuple[str, str], Resource], params: Mapping[str, Any], contains: str
) -> list[Resource]:
    """Those of one domain or of all, keyed by domain and name, that a List request is for.

    contains: the request's member for a part of the name.
    """
    wanted, part = params.get("DomainIdEquals"), params.get(contains, "").lower()
    return [
        resource
        for (domain_id, name), resource in resources.items()
        if wanted in (None, domain_id) and part in name
    ]


def apps(held: Store, domain_id: str, states: Collection[str] = RUNNING) -> Iterator[Resource]:
    """The domain's apps in one of the states."""
    return (
        app
        for app in held.apps.values()
        if app.data["DomainId"] == domain_id and app.status in states
    )


def require_state(resource: Resource, kind: str, states: Collection[str]) -> None:
    """ValidationException unless the resource's status is one of `states`."""
    if resource.status not in states:
        raise invalid(
            f"{kind} [{resource.arn}] is in state {resource.status}, "
            f"it must be in {' or '.join(states)}."
        )


def not_found(kind: str, arn: str) -> AwsError:
    """ResourceNotFound."""
    return AwsError("ResourceNotFound", f"{kind} [{arn}] does not exist.")


def in_use(message: str) -> AwsError:
    """ResourceInUse."""
    return AwsError("ResourceInUse", message)


def refuse_associated(
    resource: Resource, kind: str, associated: Collection[tuple[str, bool]]
) -> None:
    """AWS's ResourceInUse when one of the (kind, whether there are any) pairs is true."""
    for what, there_are in associated:
        if there_are:
            raise in_use(
                f"Unable to delete {kind} [{resource.arn}] because {what}(s) are associated "
                "with it."
            )


def within_limit(quota: str, unit: str, *, most: int, used: int) -> None:
    """AWS's ResourceLimitExceeded when one more exceeds the quota."""
    if used >= most:
        raise AwsError(
            "ResourceLimitExceeded",
            f"The account-level service limit '{quota}' is {most} {unit}, with current utilization "
            f"of {used} {unit} and a request delta of 1 {unit}. Please use AWS Service Quotas to "
            "request an increase for this quota. If AWS Service Quotas is not available, contact "
            "AWS support to request an increase for this quota.",
        )
