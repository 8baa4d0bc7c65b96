"""What a run makes on a real account, how long that takes and what it costs at most.

The minutes are those that AWS takes to create and delete, as the provider's acceptance tests and
public logs show them; prices are on demand in us-east-1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.claims import CLAIMS
from catalog.instances import INSTANCES
from catalog.service_prices import ENDPOINT_ZONE_HOUR, HOURS_A_MONTH, KEY_MONTH, NODE_HOUR

_APP = INSTANCES["ml.t3.large"].usd_per_hour or 0.0
_ENDPOINTS_OF_A_LIFE = 7


@dataclass(frozen=True, kw_only=True)
class Made:
    """One thing, or several that are made together.

    shared: all claims of a run ask the same one. beside: it is made while the others are asked.
    """

    one: str
    many: str = ""
    minutes: float = 0
    usd_per_hour: float = 0
    needs: tuple[str, ...] = ()
    shared: bool = False
    beside: bool = False


MADE = {
    "network": Made(one="a VPC with two subnets", minutes=1, shared=True),
    "role": Made(one="a role without permissions", minutes=0.3, shared=True),
    "domain": Made(one="a SageMaker domain", minutes=9, needs=("network", "role"), shared=True),
    "profile": Made(one="a user profile", minutes=0.5, needs=("domain",), shared=True),
    "space": Made(one="a space", minutes=0.5, needs=("profile",), shared=True),
    "lifecycle_config": Made(one="a lifecycle configuration", minutes=0.1, shared=True),
    "running": Made(
        one="an ml.t3.large app", minutes=5, usd_per_hour=_APP, needs=("space",), shared=True
    ),
    "create_domain": Made(
        one="a short-lived domain", many="short-lived domains", minutes=9, needs=("network", "role")
    ),
    "app": Made(
        one="an ml.t3.large app for some minutes",
        many="ml.t3.large apps for some minutes",
        minutes=5,
        usd_per_hour=_APP,
        needs=("space",),
    ),
    "refused_app": Made(
        one="an app that AWS starts although it should not",
        many="apps that AWS starts although it should not",
        usd_per_hour=_APP,
        needs=("profile",),
    ),
    "endpoints": Made(
        one="two interface endpoints",
        many="times two interface endpoints",
        minutes=4,
        usd_per_hour=2 * 2 * ENDPOINT_ZONE_HOUR,
        needs=("network",),
    ),
    "image": Made(
        one="an image without a version",
        many="images without a version",
        minutes=0.5,
        needs=("role",),
    ),
    "bucket": Made(one="a bucket", many="buckets"),
    "key": Made(
        one="a KMS key (deleted after 7 days)",
        many="KMS keys (deleted after 7 days)",
        usd_per_hour=KEY_MONTH / HOURS_A_MONTH,
    ),
    "life": Made(
        one="a deployment of its own with two users, its image and an ml.t3.large app for each",
        minutes=52,
        usd_per_hour=(
            2 * _APP
            + _ENDPOINTS_OF_A_LIFE * ENDPOINT_ZONE_HOUR
            + NODE_HOUR
            + 2 * KEY_MONTH / HOURS_A_MONTH
        ),
        shared=True,
        beside=True,
    ),
}
"""By the fixture that makes it, or the name that a claim's `makes` gives it."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Of a run that asks some claims."""

    things: tuple[str, ...]
    minutes: float
    usd: float


def estimate(claims: Iterable[str]) -> Estimate:
    """What asking these claims makes; a cost as if all of it stood for the whole time."""
    asked = [CLAIMS[id_] for id_ in claims if CLAIMS[id_].unasked is None]
    made: Counter[str] = Counter()
    for claim in asked:
        for name in claim.makes:
            made.update(_with_needs(name))
    counts = {name: 1 if MADE[name].shared else count for name, count in made.items()}
    alone = sum(count * MADE[n].minutes for n, count in counts.items() if not MADE[n].beside)
    alone += sum(claim.minutes for claim in asked)
    beside = max((MADE[name].minutes for name in counts if MADE[name].beside), default=0.0)
    minutes = max(alone, beside)
    hourly = sum(count * MADE[name].usd_per_hour for name, count in counts.items())
    return Estimate(
        things=tuple(_shown(name, counts[name]) for name in MADE if name in counts),
        minutes=minutes,
        usd=hourly * minutes / 60,
    )


def _with_needs(name: str) -> list[str]:
    """The thing, and the shared ones that it is made in."""
    found = [name]
    for needed in MADE[name].needs:
        found += _with_needs(needed)
    return found


def _shown(name: str, count: int) -> str:
    return MADE[name].one if count == 1 else f"{count} {MADE[name].many}"
