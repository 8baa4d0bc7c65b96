"""`studio pause`: what a deployment costs now, and while it is paused.

`studio resume` shows it too; `studio status` has the cost of each app.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from catalog.instances import INSTANCES
from catalog.service_prices import HOURS_A_MONTH, KEY_MONTH, NODE_HOUR
from studio.aws import endpoints
from studio.aws.client import Aws
from studio.lifecycle.inventory import DeployedResources, RunningResources

_HOURS = 24


@dataclass(frozen=True, kw_only=True)
class Bill:
    """USD an hour, in us-east-1. unpriced: the instance types of apps without a known price."""

    endpoints: float
    apps: float
    nodes: float
    keys: float
    unpriced: tuple[str, ...]

    @property
    def per_day(self) -> float:
        """The total in USD."""
        return (self.endpoints + self.apps + self.nodes + self.keys) * _HOURS

    @property
    def paused(self) -> Bill:
        """The bill after `studio pause`."""
        return replace(self, endpoints=0.0, apps=0.0, nodes=0.0, unpriced=())

    def __str__(self) -> str:
        parts = ", ".join(
            f"{name} {amount * _HOURS:.2f}"
            for name, amount in (
                ("endpoints", self.endpoints),
                ("apps", self.apps),
                ("nodes", self.nodes),
                ("keys", self.keys),
            )
        )
        more = f", and {', '.join(self.unpriced)}" if self.unpriced else ""
        return f"{self.per_day:.2f} USD a day ({parts}{more}; us-east-1)"


def bill(aws: Aws, deployed: DeployedResources, running: RunningResources) -> Bill:
    """The bill for what exists now. Raises AwsError."""
    types = [app.listed.get("ResourceSpec", {}).get("InstanceType") for app in running.apps]
    return Bill(
        endpoints=endpoints.usd_per_hour(aws, deployed.endpoints),
        apps=sum(filter(None, map(_price, filter(None, types)))),
        nodes=sum(one.is_node for one in running.registrations) * NODE_HOUR,
        keys=sum(deployed.keys.values()) * KEY_MONTH / HOURS_A_MONTH,
        unpriced=tuple(sorted({one for one in types if one and _price(one) is None})),
    )


def _price(instance_type: str) -> float | None:
    known = INSTANCES.get(instance_type)
    return known.usd_per_hour if known else None
