"""What `studio down` deletes and keeps, in lines for the question before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.service_prices import ECR_GB_MONTH, EFS_GB_MONTH, GB, KEY_MONTH, per_month
from studio.aws.domain_resources import DomainResource
from studio.lifecycle.inventory import LiveResources

_MOST_NAMES = 8
_DATA = "  <- people's data"
_WHY_KEPT = {
    "ecr": "it holds images, and ecr.force_delete = false; set it to true and run `studio down` to "
    "delete it"
}


def preview_deleted(
    live: LiveResources,
    *,
    stacks: Sequence[str],
    homes: bool,
    only_users: bool,
) -> Iterator[str]:
    """What is deleted. stacks: those that are destroyed. homes: whether they are deleted too."""
    deployed = live.deployed
    destroyed = [stack for stack in stacks if stack in deployed.resources]
    yield "Deleted:"
    yield from _line("app", [_named(app) for app in live.apps])
    yield from _line("space", [_space(space) for space in live.spaces], data=True)
    yield from _line("user profile", [profile.name for profile in live.profiles])
    yield from _line("node or activation", [str(one) for one in live.registrations])
    if not only_users:
        yield from _line("domain", [_named(domain) for domain in live.domain])
        if homes:
            yield from _line("home file system", [str(home) for home in live.homes], data=True)
        if "network" in destroyed:
            yield from _line(
                "empty VPC, created twice", [network.id for network in deployed.duplicate_vpcs]
            )
            yield from _line("KMS key, created twice", [key.id for key in deployed.duplicate_keys])
    for stack in destroyed:
        yield f"  stack {stack}: {deployed.resources[stack]} resources"
    if not destroyed and not any((live.apps, live.spaces, live.profiles, live.domain)):
        yield "  nothing"


def preview_kept(
    live: LiveResources,
    *,
    stacks: Sequence[str],
    keep_homes_by: str | None,
    only_users: bool,
    endpoints_month: float,
) -> Iterator[str]:
    """What is kept, why, and what it costs; nothing if no stack is kept.

    keep_homes_by: see ``Teardown``. endpoints_month: USD for the endpoints, which stay with
    only_users.
    """
    deployed = live.deployed
    kept = [stack for stack in deployed.resources if stack not in stacks]
    if not kept:
        return
    yield "Kept:"
    cost = 0.0
    if keep_homes_by is not None:
        yield from _line("home file system", [str(home) for home in live.homes], data=True)
        yield f"    kept by {keep_homes_by}"
        cost += sum(home.bytes for home in live.homes) / GB * EFS_GB_MONTH
    for stack in kept:
        less = stack == "network" and deployed.endpoints and not only_users
        endpoints = f", less {len(deployed.endpoints)} interface endpoints" if less else ""
        yield f"  stack {stack}: {deployed.resources[stack]} resources{endpoints}"
        if not only_users:
            yield f"    {_WHY_KEPT.get(stack, 'the home file system needs it')}"
    if "ecr" in kept:
        cost += sum(live.ecr_bytes.values()) / GB * ECR_GB_MONTH
    cost += sum(deployed.keys.get(stack, 0) for stack in kept) * KEY_MONTH
    if only_users:
        cost += endpoints_month
    lower = "; `studio pause` lowers it" if only_users and endpoints_month else ""
    yield f"  cost: about {per_month(cost)} (us-east-1), plus flow logs{lower}"


def _line(noun: str, names: Sequence[str], *, data: bool = False) -> Iterator[str]:
    if names:
        more = len(names) - _MOST_NAMES
        shown = ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
        yield f"  {len(names)} x {noun}: {shown}{_DATA if data else ''}"


def _named(resource: DomainResource) -> str:
    return f"{resource.name} ({resource.status})"


def _space(space: DomainResource) -> str:
    storage = space.listed.get("SpaceSettingsSummary", {}).get("SpaceStorageSettings", {})
    size = storage.get("EbsStorageSettings", {}).get("EbsVolumeSizeInGb")
    return f"{space.name} ({size} GB)" if size else space.name
