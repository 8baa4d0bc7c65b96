"""`studio status`: each user's app and nodes, since when they run, and what they cost."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from catalog.endpoint_services import services
from catalog.instances import USD_PER_HOUR
from catalog.names import DEPLOYMENT_TAG
from catalog.service_prices import ENDPOINT_ZONE_HOUR, NODE_HOUR
from catalog.statuses import APP_ENDED
from settings import Settings
from studio.aws import nodes
from studio.aws.client import Aws
from studio.aws.endpoints import interface_endpoints, vpc_of
from studio.aws.errors import DENIED, ignoring
from studio.console.tables import price, table

_MINUTES = len("2026-11-29T01:00")
_TITLES = (
    "USER",
    "SPACE",
    "APP",
    "STATUS",
    "INSTANCE",
    "SINCE",
    "USD/HOUR",
    "USD",
    "REMOTE",
    "NODES",
)
_OPTIONAL = ("NODES", "USD/HOUR", "REMOTE")
"""Not shown in a narrow terminal: a footer has the nodes and the price of all apps."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """A space and the app in it.

    user: the owner; None for a shared space. space: its name; None if the user has none.
    app, status, instance, since (ISO 8601): None if no app runs. usd_per_hour: of the instance;
    usd: since then; None if the price is not known, 0 if no app runs. remote_access: of SageMaker.
    nodes: the ids of registered nodes; nodes_usd_per_hour: of all of them, in the advanced tier.
    """

    user: str | None
    space: str | None
    app: str | None = None
    status: str | None = None
    instance: str | None = None
    since: str | None = None
    usd_per_hour: float | None = 0.0
    usd: float | None = 0.0
    remote_access: bool = False
    nodes: tuple[str, ...] = ()
    nodes_usd_per_hour: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The users of the settings in their order, then all others in the domain.

    prices_of: the region of all prices. endpoints: the number of interface endpoints of the
    deployment, 0 while it is paused; None if AWS denies the list. owns_endpoints: False if an
    existing VPC has all of them. usd_per_hour: of instances with a known price, of nodes and of
    endpoints.
    """

    domain_id: str
    region: str
    prices_of: str = "us-east-1"
    endpoints: int | None
    owns_endpoints: bool
    endpoints_usd_per_hour: float
    usd_per_hour: float
    uses: tuple[Use, ...]


def overview(settings: Settings, *, domain_id: str, now: datetime) -> Overview:
    """The overview from AWS; ``now`` has a time zone. Raises UserError."""
    aws = Aws(settings.region)

    def listed(operation: str, member: str) -> dict[str, dict[str, Any]]:
        items = aws.all("sagemaker", operation, member, DomainIdEquals=domain_id)
        # Classic apps run in a profile, without a space.
        return {
            (item.get("SpaceName") or item["UserProfileName"]).casefold(): item
            for item in items
            if item["Status"] not in APP_ENDED or member == "Spaces"
        }

    spaces, apps = listed("list_spaces", "Spaces"), listed("list_apps", "Apps")
    registered: dict[str, list[nodes.Registration]] = {}
    for node in nodes.list_nodes(aws):
        if node.domain_id == domain_id:
            registered.setdefault(node.space, []).append(node)
    users = {user.casefold(): user for user in settings.users}
    uses = tuple(
        _use(users.get(key), spaces.get(key), apps.get(key), registered.get(key, ()), now)
        for key in dict.fromkeys([*users, *sorted({*spaces, *apps, *registered})])
    )
    network, features = settings.network, settings.features
    endpoints = _endpoints(aws, settings, domain_id)
    of_endpoints = sum(len(one["SubnetIds"]) for one in endpoints or ()) * ENDPOINT_ZONE_HOUR
    of_uses = sum((use.usd_per_hour or 0) + use.nodes_usd_per_hour for use in uses)
    return Overview(
        domain_id=domain_id,
        region=settings.region,
        endpoints=None if endpoints is None else len(endpoints),
        owns_endpoints=network.known_endpoints(features) != services(features),
        endpoints_usd_per_hour=round(of_endpoints, 5),
        usd_per_hour=round(of_uses + of_endpoints, 5),
        uses=uses,
    )


def as_table(found: Overview, *, width: int = sys.maxsize) -> str:
    """The overview as text; width: of the terminal, in characters."""
    rows = [_TITLES, *(_row(use) for use in found.uses)]
    return "\n".join([table(rows, width=width, optional=_OPTIONAL), *_footer(found)])


def _endpoints(aws: Aws, settings: Settings, domain_id: str) -> list[dict[str, Any]] | None:
    """The deployment's interface endpoints; None if AWS denies the list."""
    mark = {"Key": DEPLOYMENT_TAG, "Value": settings.name}
    with ignoring(*DENIED):
        found = interface_endpoints(aws, vpc_of(aws, domain_id)).values()
        return [one for one in found if not settings.network.exists or mark in one.get("Tags", ())]
    return None


def _use(
    user: str | None,
    space: dict[str, Any] | None,
    app: dict[str, Any] | None,
    registered: Iterable[nodes.Registration],
    now: datetime,
) -> Use:
    owner = (space or {}).get("OwnershipSettingsSummary", {}).get("OwnerUserProfileName")
    ids = tuple(node.id for node in registered)
    use = Use(
        user=user or owner or (app or {}).get("UserProfileName"),
        space=space["SpaceName"] if space else None,
        remote_access=(space or {}).get("SpaceSettingsSummary", {}).get("RemoteAccess")
        == "ENABLED",
        nodes=ids,
        nodes_usd_per_hour=len(ids) * NODE_HOUR,
    )
    if app is None:
        return use
    instance = app.get("ResourceSpec", {}).get("InstanceType", "unknown")
    price = USD_PER_HOUR.get(instance)
    hours = (now - app["CreationTime"]).total_seconds() / 3600
    return replace(
        use,
        app=app["AppType"],
        status=app["Status"],
        instance=instance,
        since=app["CreationTime"].isoformat(timespec="seconds"),
        usd_per_hour=price,
        usd=None if price is None else round(price * hours, 2),
    )


def _row(use: Use) -> tuple[str, ...]:
    return (
        use.user or "-",
        use.space or "-",
        use.app or "-",
        use.status or "-",
        use.instance or "-",
        (use.since or "-")[:_MINUTES],
        price(use.usd_per_hour, ".4g"),
        price(use.usd, ".2f"),
        "on" if use.remote_access else "off",
        str(len(use.nodes)),
    )


def _footer(found: Overview) -> Iterator[str]:
    unknown = sorted({use.instance for use in found.uses if use.instance and use.usd is None})
    without = f", without those of {', '.join(unknown)}" if unknown else ""
    total = f"{found.usd_per_hour:.5g} USD an hour in total"
    yield f"{total}, at the prices of {found.prices_of}{without}"
    match found.endpoints:
        case None:
            yield "without the endpoints, which these credentials may not list"
        case 0 if not found.owns_endpoints:
            yield "without the endpoints, which belong to the existing VPC"
        case 0:
            yield "paused: there are no endpoints; `studio resume` creates them again"
        case count:
            yield f"endpoints: {count}, at {found.endpoints_usd_per_hour:.5g} USD an hour of it"
    if count := sum(len(use.nodes) for use in found.uses):
        yield f"nodes: {count}, at {NODE_HOUR} USD an hour each, until `studio stop`"
