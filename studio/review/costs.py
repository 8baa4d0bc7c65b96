"""What is billed by the hour whether or not somebody works, before the plan and after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from studio.terraform.plan import Action, Change, Plan

_DAYS_A_MONTH = Decimal(365) / 12


@dataclass(frozen=True, kw_only=True)
class Price:
    """What one of something costs in us-east-1. unit: what is counted; usd: of each for a day."""

    name: str
    unit: str
    usd: Decimal
    told: str
    source: str


ENDPOINTS = Price(
    name="interface endpoints",
    unit="endpoint and zone",
    usd=Decimal("0.01") * 24,
    told="0.01 USD an hour",
    source="https://aws.amazon.com/privatelink/pricing/",
)
KEYS = Price(
    name="KMS keys",
    unit="key",
    usd=Decimal(1) / _DAYS_A_MONTH,
    told="1 USD a month",
    source="https://aws.amazon.com/kms/pricing/",
)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """How many there are before and after, and what they cost a day, in USD."""

    price: Price
    before: int
    after: int

    @property
    def usd_before(self) -> Decimal:
        return self.price.usd * self.before

    @property
    def usd_after(self) -> Decimal:
        return self.price.usd * self.after


def costs(plans: Iterable[Plan]) -> list[Cost]:
    """One row for each price."""
    counted: dict[Price, list[int]] = {ENDPOINTS: [0, 0], KEYS: [0, 0]}
    for plan in plans:
        zones = sum(change.type == "aws_subnet" and _stays(change) for change in plan.changes)
        for change in plan.changes:
            price, count = _PRICED.get(change.type, (None, None))
            if price is None or count is None:
                continue
            if change.before:
                counted[price][0] += count(change.before, zones)
            if _stays(change):
                counted[price][1] += count(change.after or change.before, zones)
    return [Cost(price=price, before=b, after=a) for price, (b, a) in counted.items()]


def _stays(change: Change) -> bool:
    return change.action is not Action.DESTROY


def _endpoint(values: Mapping[str, Any], zones: int) -> int:
    """Its zones; those of the VPC where AWS is yet to say, the most that there can be."""
    if values.get("vpc_endpoint_type") != "Interface":
        return 0
    subnets = values.get("subnet_ids")
    return len(subnets) if isinstance(subnets, list) else zones


def _one(_values: Mapping[str, Any], _zones: int) -> int:
    return 1


_PRICED = {"aws_vpc_endpoint": (ENDPOINTS, _endpoint), "aws_kms_key": (KEYS, _one)}
