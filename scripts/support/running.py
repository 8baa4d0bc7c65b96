"""What runs in a deployment at a moment, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from scripts.support import nodes
from scripts.support.spaces import app_of, space_of
from settings import Settings
from settings.instances import INSTANCES

PRICES_OF = "us-east-1"
"""The region of the prices in settings/instances.py and of the nodes' price."""

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


@dataclass(frozen=True, kw_only=True)
class Use:
    """What a user has and runs.

    space: the space's status. app, status, instance, since (ISO 8601): None where nothing runs.
    usd_per_hour: of the instance; usd: since then; None where the price is not known, 0 where
    nothing runs. remote_access: SageMaker's own. nodes: the ids of registered nodes;
    nodes_usd_per_hour: of all of them, in the advanced tier.
    """

    user: str
    space: str | None
    app: str | None
    status: str | None
    instance: str | None
    since: str | None
    usd_per_hour: float | None
    usd: float | None
    remote_access: bool
    nodes: tuple[str, ...]
    nodes_usd_per_hour: float


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everybody's use, in the order of the settings, and what it costs together.

    usd_per_hour: instances whose price is known, and nodes.
    """

    domain_id: str
    region: str
    prices_of: str
    usd_per_hour: float
    users: tuple[Use, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def overview(settings: Settings, *, domain_id: str, now: datetime) -> Overview:
    """Ask AWS; ``now`` has a time zone. Raises UserError."""
    users = tuple(_use(settings.region, domain_id, user, now) for user in settings.users)
    return Overview(
        domain_id=domain_id,
        region=settings.region,
        prices_of=PRICES_OF,
        usd_per_hour=round(sum((u.usd_per_hour or 0) + u.nodes_usd_per_hour for u in users), 5),
        users=users,
    )


def as_table(found: Overview) -> str:
    """Lines for a person."""
    rows = [_TITLES, *(_row(use) for use in found.users)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, *_footer(found)])


def _use(region: str, domain_id: str, user: str, now: datetime) -> Use:
    space = space_of(region=region, domain_id=domain_id, user=user)
    app = app_of(space) if space else None
    registered = nodes.nodes_of(user, space) if space else []
    price = (
        INSTANCES[app.instance_type].usd_per_hour
        if app and app.instance_type in INSTANCES
        else None
    )
    hours = (now - app.since).total_seconds() / 3600 if app else 0.0
    return Use(
        user=user,
        space=space.status if space else None,
        app=app.app_type if app else None,
        status=app.status if app else None,
        instance=app.instance_type if app else None,
        since=app.since.isoformat(timespec="seconds") if app else None,
        usd_per_hour=price if app else 0.0,
        usd=0.0 if app is None else None if price is None else round(price * hours, 2),
        remote_access=space.remote_access if space else False,
        nodes=tuple(node.id for node in registered),
        nodes_usd_per_hour=len(registered) * nodes.USD_PER_HOUR,
    )


def _row(use: Use) -> tuple[str, ...]:
    return (
        use.user,
        use.space or "none",
        use.app or "-",
        use.status or "-",
        use.instance or "-",
        use.since or "-",
        "?" if use.usd_per_hour is None else f"{use.usd_per_hour:.4g}",
        "?" if use.usd is None else f"{use.usd:.2f}",
        "on" if use.remote_access else "off",
        str(len(use.nodes)),
    )


def _footer(found: Overview) -> Iterator[str]:
    unknown = sorted({use.instance for use in found.users if use.instance and use.usd is None})
    without = f", without those of {', '.join(unknown)}" if unknown else ""
    total = f"{found.usd_per_hour:.5g} USD an hour in all"
    yield f"{total}, by the prices of {found.prices_of}{without}"
    if count := sum(len(use.nodes) for use in found.users):
        yield (
            f"{count} nodes at {nodes.USD_PER_HOUR} USD an hour each, until `studio stop` "
            "deregisters them"
        )
