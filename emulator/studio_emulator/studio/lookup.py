"""Finds domains, user profiles, spaces, apps; which statuses, names and quotas refuse requests."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.refusals import in_use, invalid, not_found
from studio_emulator.studio.store import MemberKey, Store, by_arn, store

USABLE = ("InService", "Update_Failed")
DELETABLE = (*USABLE, "Failed", "Delete_Failed")
RUNNING = ("Pending", "InService")
ACTIVE = (*RUNNING, "Deleting")
ENDED = ("Deleted", "Failed")


def existing(table: Mapping[Any, Resource], key: object, missing: str) -> Resource:
    """The resource with that key. Raises ResourceNotFound with the message `missing`."""
    if key not in table:
        raise not_found(missing)
    return table[key]


def domain(params: Params, call: Call) -> Resource:
    """The domain that a request names. Raises ResourceNotFound."""
    arn = call.arn(f"domain/{params['DomainId']}")
    return existing(store(call).domains, params["DomainId"], f"Domain [{arn}] does not exist.")


def usable_domain(state: Store, domain_id: str) -> Resource:
    """The domain in which a request creates a resource. Raises ValidationException."""
    found = state.domains.get(domain_id)
    if found is None:
        raise invalid(f"Domain [{domain_id}] does not exist.")
    require_state(found, "Domain", USABLE)
    return found


def user_profile(params: Params, call: Call) -> Resource:
    """The user profile that a request names, in any case. Raises ResourceNotFound."""
    key = member_key(params["DomainId"], params["UserProfileName"])
    missing = f"UserProfile [{user_profile_arn(call, *key)}] does not exist."
    return existing(store(call).user_profiles, key, missing)


def user_profile_arn(call: Call, domain_id: str, name: str) -> str:
    return call.arn(f"user-profile/{domain_id}/{name.lower()}")


def space(params: Params, call: Call) -> Resource:
    """The space that a request names, in any case. Raises ResourceNotFound."""
    key = member_key(params["DomainId"], params["SpaceName"])
    arn = call.arn(f"space/{'/'.join(key)}")
    return existing(store(call).spaces, key, f"Space [{arn}] does not exist.")


def member_key(domain_id: str, name: str) -> MemberKey:
    """The store's key of a user profile or a space, whatever the case of its name."""
    return (domain_id, name.lower())


def new_arn(call: Call, table: Mapping[Any, Resource], resource: str, taken: str) -> str:
    """The ARN of a resource to create, in lower case: names are unique regardless of case.

    Raises ResourceInUse with the message `taken`, in which {arn} is the ARN.
    """
    arn = call.arn(resource.lower())
    if by_arn(table, arn):
        raise in_use(taken.format(arn=arn))
    return arn


def listed(
    resources: Mapping[tuple[str, str], Resource], params: Mapping[str, Any], contains: str
) -> list[Resource]:
    """The user profiles or spaces that a List request selects.

    contains: the member of the request that has a part of the name.
    """
    wanted, part = params.get("DomainIdEquals"), params.get(contains, "").lower()
    return [
        resource
        for (domain_id, name), resource in resources.items()
        if wanted in (None, domain_id) and part in name
    ]


def apps(state: Store, domain_id: str, states: Collection[str] = RUNNING) -> Iterator[Resource]:
    """The domain's apps in one of the states."""
    return (
        app
        for app in state.apps.values()
        if app.data["DomainId"] == domain_id and app.status in states
    )


def require_state(resource: Resource, kind: str, states: Collection[str]) -> None:
    """Raise ValidationException unless the resource's status is one of `states`."""
    if resource.status not in states:
        raise invalid(
            f"{kind} [{resource.arn}] is in state {resource.status}, "
            f"it must be in {' or '.join(states)}."
        )


def refuse_associated(
    resource: Resource, kind: str, associated: Collection[tuple[str, bool]]
) -> None:
    """Raise ResourceInUse if it has any of these: pairs of a kind and whether it has one."""
    for what, exists in associated:
        if exists:
            raise in_use(
                f"Unable to delete {kind} [{resource.arn}] because {what}(s) are associated "
                "with it."
            )


def within_limit(quota: str, unit: str, *, most: int, used: int) -> None:
    """Raise ResourceLimitExceeded if one more resource exceeds the quota."""
    if used >= most:
        raise AwsError(
            "ResourceLimitExceeded",
            f"The account-level service limit '{quota}' is {most} {unit}, with current utilization "
            f"of {used} {unit} and a request delta of 1 {unit}. Please use AWS Service Quotas to "
            "request an increase for this quota. If AWS Service Quotas is not available, contact "
            "AWS support to request an increase for this quota.",
        )
