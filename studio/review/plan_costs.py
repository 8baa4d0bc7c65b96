"""`studio review`: the fixed costs of a deployment before and after its plans are applied."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.service_prices import ENDPOINT_ZONE_HOUR, HOURS_A_MONTH, KEY_MONTH
from studio.terraform.plan import Action, Change, Plan


@dataclass(frozen=True, kw_only=True)
class Price:
    """The price of a unit in us-east-1. stated: as AWS publishes it."""

    name: str
    unit: str
    usd_a_day: float
    stated: str
    source: str


ENDPOINTS = Price(
    name="interface endpoints",
    unit="endpoint and zone",
    usd_a_day=ENDPOINT_ZONE_HOUR * 24,
    stated=f"{ENDPOINT_ZONE_HOUR:g} USD an hour",
    source="https://aws.amazon.com/privatelink/pricing/",
)
KEYS = Price(
    name="KMS keys",
    unit="key",
    usd_a_day=KEY_MONTH * 24 / HOURS_A_MONTH,
    stated=f"{KEY_MONTH:g} USD a month",
    source="https://aws.amazon.com/kms/pricing/",
)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """The number of units before and after, and their cost per day."""

    price: Price
    before: int
    after: int

    @property
    def usd_before(self) -> float:
        return self.price.usd_a_day * self.before

    @property
    def usd_after(self) -> float:
        return self.price.usd_a_day * self.after


def costs(plans: Iterable[Plan], *, endpoint_zones: int) -> list[Cost]:
    """The cost for each price. endpoint_zones: the maximum number of zones of an endpoint."""
    counted: dict[Price, list[int]] = {ENDPOINTS: [0, 0], KEYS: [0, 0]}
    for plan in plans:
        subnets = sum(change.type == "aws_subnet" and _exists(change) for change in plan.changes)
        zones = min(subnets or endpoint_zones, endpoint_zones)
        for change in plan.changes:
            if change.type not in _PRICED:
                continue
            price, units = _PRICED[change.type]
            if change.before:
                counted[price][0] += units(change.before, zones)
            if _exists(change):
                counted[price][1] += units(change.after or change.before, zones)
    return [Cost(price=price, before=b, after=a) for price, (b, a) in counted.items()]


def _exists(change: Change) -> bool:
    """Whether the resource exists after the apply; one that Terraform forgets does."""
    return change.action is not Action.DESTROY


def _endpoint(values: Mapping[str, Any], most_zones: int) -> int:
    """The number of zones of an interface endpoint; ``most_zones`` if it is unknown."""
    if values.get("vpc_endpoint_type") != "Interface":
        return 0
    known = values.get("subnet_ids")
    return len(known) if isinstance(known, list) else most_zones


_PRICED = {"aws_vpc_endpoint": (ENDPOINTS, _endpoint), "aws_kms_key": (KEYS, lambda *_: 1)}
