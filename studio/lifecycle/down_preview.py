"""What `studio down` is going to do, in lines that a person decides by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.service_prices import ECR_GB_MONTH, EFS_GB_MONTH, GB, KEY_MONTH, per_month
from studio.aws.domain_resources import DomainResource
from studio.lifecycle.inventory import DeployedResources, LiveResources

_MOST_NAMES = 8
_DATA = "  <- people's data"
_WHY_KEPT = {
    "ecr": "it holds images, and ecr.force_delete = false; set it to true and run `studio down` to "
    "delete it"
}


def preview(
    found: DeployedResources,
    there: LiveResources,
    *,
    stacks: Sequence[str],
    keep_homes_by: str | None,
    only_users: bool,
    endpoints_month: float,
) -> Iterator[str]:
    """What is deleted, what is kept, why, and what that costs.

    stacks: those that are destroyed. keep_homes_by: why the home file system is kept and how to
    delete it, None where it is deleted. endpoints_month: USD for the endpoints, where they stay.
    """
    going = [stack for stack in stacks if stack in found.resources]
    yield "Deleted:"
    yield from _line("app", [_named(app) for app in there.apps])
    yield from _line("space", [_space(space) for space in there.spaces], data=True)
    yield from _line("user profile", [profile.name for profile in there.profiles])
    yield from _line("node or activation", [str(one) for one in there.registrations])
    if not only_users:
        yield from _line("domain", [_named(domain) for domain in there.domain])
        if keep_homes_by is None:
            yield from _line("home file system", [str(home) for home in there.homes], data=True)
        if "network" in going:
            yield from _line(
                "empty VPC, created twice", [network.id for network in found.duplicate_vpcs]
            )
            yield from _line("KMS key, created twice", [key.id for key in found.duplicate_keys])
    for stack in going:
        yield f"  stack {stack}: {found.resources[stack]} resources"
    if not going and not any((there.apps, there.spaces, there.profiles, there.domain)):
        yield "  nothing"
    yield from _kept(
        found,
        there,
        going,
        keep_homes_by=keep_homes_by,
        only_users=only_users,
        endpoints_month=endpoints_month,
    )


def _kept(
    found: DeployedResources,
    there: LiveResources,
    going: Sequence[str],
    *,
    keep_homes_by: str | None,
    only_users: bool,
    endpoints_month: float,
) -> Iterator[str]:
    staying = [stack for stack in found.resources if stack not in going]
    if not staying:
        return
    yield "Kept:"
    cost = 0.0
    if keep_homes_by is not None:
        yield from _line("home file system", [str(home) for home in there.homes], data=True)
        yield f"    kept by {keep_homes_by}"
        cost += sum(home.bytes for home in there.homes) / GB * EFS_GB_MONTH
    for stack in staying:
        less = stack == "network" and found.endpoints and not only_users
        endpoints = f", less {len(found.endpoints)} interface endpoints" if less else ""
        yield f"  stack {stack}: {found.resources[stack]} resources{endpoints}"
        if not only_users:
            yield f"    {_WHY_KEPT.get(stack, 'the home file system needs it')}"
    if "ecr" in staying:
        cost += sum(there.ecr_bytes.values()) / GB * ECR_GB_MONTH
    cost += sum(found.keys.get(stack, 0) for stack in staying) * KEY_MONTH
    if only_users:
        cost += endpoints_month
    lower = "; `studio pause` lowers it" if only_users and endpoints_month else ""
    yield f"  for about {per_month(cost)} (us-east-1), flow logs apart{lower}"


def _line(noun: str, names: Sequence[str], *, data: bool = False) -> Iterator[str]:
    if names:
        more = len(names) - _MOST_NAMES
        shown = ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
        yield f"  {len(names)} x {noun}: {shown}{_DATA if data else ''}"


def _named(thing: DomainResource) -> str:
    return f"{thing.name} ({thing.status})"


def _space(space: DomainResource) -> str:
    storage = space.listed.get("SpaceSettingsSummary", {}).get("SpaceStorageSettings", {})
    size = storage.get("EbsStorageSettings", {}).get("EbsVolumeSizeInGb")
    return f"{space.name} ({size} GB)" if size else space.name
