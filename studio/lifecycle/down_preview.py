"""What `studio down` deletes and keeps, in lines for the question before it."""

from collections.abc import Iterator, Sequence

from catalog.service_prices import (
    ECR_GB_MONTH,
    EFS_GB_MONTH,
    GB,
    HOURS_A_MONTH,
    KEY_MONTH,
    per_month,
)
from studio.aws.domain_resources import DomainResource
from studio.aws.endpoints import usd_per_hour
from studio.lifecycle.inventory import LiveResources

_MOST_NAMES = 8
_DATA = "  <- people's data"
_WHY_KEPT = {
    "ecr": "it holds images, and ecr.force_delete = false; set it to true and run `studio down` to "
    "delete it"
}


def preview_deleted(
    live: LiveResources, *, stacks: Sequence[str], homes: bool, only_users: bool
) -> Iterator[str]:
    """What is deleted. stacks: those with resources that are destroyed. homes: these too."""
    deployed = live.deployed
    lines = [
        *_line("app", [_named(app) for app in live.apps]),
        *_line("space", [_space(space) for space in live.spaces], data=True),
        *_line("user profile", [profile.name for profile in live.profiles]),
        *_line("node or activation", [str(one) for one in live.registrations]),
    ]
    if not only_users:
        lines += _line("domain", [_named(domain) for domain in live.domain])
        if homes:
            lines += _line("home file system", [str(home) for home in live.homes], data=True)
        if "network" in stacks:
            vpcs = [network.id for network in deployed.duplicate_vpcs]
            lines += _line("empty VPC, created twice", vpcs)
            lines += _line("KMS key, created twice", [key.id for key in deployed.duplicate_keys])
    lines += [f"  stack {stack}: {deployed.resources[stack]} resources" for stack in stacks]
    yield from ["Deleted:", *(lines or ["  nothing"])]


def preview_kept(
    live: LiveResources, *, stacks: Sequence[str], keep_homes_by: str | None, only_users: bool
) -> Iterator[str]:
    """What is kept, why, and what it costs; nothing if only ``stacks`` have resources.

    keep_homes_by: as in ``Teardown``. Raises AwsError.
    """
    deployed = live.deployed
    kept = [stack for stack in deployed.resources if stack not in stacks]
    if not kept:
        return
    yield "Kept:"
    cost = of_endpoints = 0.0
    if keep_homes_by is not None:
        yield from _line("home file system", [str(home) for home in live.homes], data=True)
        yield f"    kept by {keep_homes_by}"
        cost += sum(home.bytes for home in live.homes) / GB * EFS_GB_MONTH
    for stack in kept:
        count, less = deployed.resources[stack], ""
        if stack == "network":
            count -= len(deployed.endpoints) - len(live.endpoints)
            if live.endpoints and not only_users:
                less = f", less {len(live.endpoints)} interface endpoints"
        yield f"  stack {stack}: {count} resources{less}"
        if not only_users:
            yield f"    {_WHY_KEPT.get(stack, 'the home file system needs it')}"
    if "ecr" in kept:
        cost += sum(live.ecr_bytes.values()) / GB * ECR_GB_MONTH
    cost += sum(deployed.keys.get(stack, 0) for stack in kept) * KEY_MONTH
    if only_users:
        of_endpoints = usd_per_hour(live.aws, deployed.endpoints) * HOURS_A_MONTH
    lower = "; `studio pause` lowers it" if of_endpoints else ""
    logs = ", plus flow logs" if "network" in kept and deployed.vpc_id else ""
    yield f"  cost: about {per_month(cost + of_endpoints)} (us-east-1){logs}{lower}"


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
