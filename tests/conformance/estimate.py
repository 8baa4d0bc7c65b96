"""The resources that a run creates on a real account, its duration and its maximum cost.

The minutes to create and delete resources are from the provider's acceptance tests and from public
logs. Prices are on demand in us-east-1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.claims import CLAIMS
from catalog.instances import INSTANCES
from catalog.service_prices import ENDPOINT_ZONE_HOUR, HOURS_A_MONTH, KEY_MONTH, NODE_HOUR

_APP = INSTANCES["ml.t3.large"].usd_per_hour or 0.0
_ENDPOINTS_OF_THE_DEPLOYMENT = 7


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """One or several resources that a test needs.

    needs: other fixtures. shared: a run creates it once. parallel: to all other checks.
    """

    singular: str
    plural: str = ""
    minutes: float = 0
    usd_per_hour: float = 0
    needs: tuple[str, ...] = ()
    shared: bool = False
    parallel: bool = False


FIXTURES = {
    "network": Fixture(singular="a VPC with two subnets", minutes=1, shared=True),
    "role": Fixture(singular="a role without permissions", minutes=0.3, shared=True),
    "domain": Fixture(
        singular="a SageMaker domain", minutes=9, needs=("network", "role"), shared=True
    ),
    "profile": Fixture(singular="a user profile", minutes=0.5, needs=("domain",), shared=True),
    "space": Fixture(singular="a space", minutes=0.5, needs=("profile",), shared=True),
    "lifecycle_config": Fixture(singular="a lifecycle configuration", minutes=0.1, shared=True),
    "running": Fixture(
        singular="an ml.t3.large app", minutes=5, usd_per_hour=_APP, needs=("space",), shared=True
    ),
    "create_domain": Fixture(
        singular="a short-lived domain",
        plural="short-lived domains",
        minutes=9,
        needs=("network", "role"),
    ),
    "app": Fixture(
        singular="an ml.t3.large app for some minutes",
        plural="ml.t3.large apps for some minutes",
        minutes=5,
        usd_per_hour=_APP,
        needs=("space",),
    ),
    "refused_app": Fixture(
        singular="an app that AWS starts although it should not",
        plural="apps that AWS starts although it should not",
        usd_per_hour=_APP,
        needs=("profile",),
    ),
    "endpoints": Fixture(
        singular="a pair of interface endpoints",
        plural="pairs of interface endpoints",
        minutes=4,
        usd_per_hour=2 * 2 * ENDPOINT_ZONE_HOUR,
        needs=("network",),
    ),
    "image": Fixture(
        singular="an image without a version",
        plural="images without a version",
        minutes=0.5,
        needs=("role",),
    ),
    "bucket": Fixture(singular="a bucket", plural="buckets"),
    "key": Fixture(
        singular="a KMS key (deleted after 7 days)",
        plural="KMS keys (deleted after 7 days)",
        usd_per_hour=KEY_MONTH / HOURS_A_MONTH,
    ),
    "deployment": Fixture(
        singular="a deployment with two users, an image and an ml.t3.large app for each user",
        minutes=52,
        usd_per_hour=(
            2 * _APP
            + _ENDPOINTS_OF_THE_DEPLOYMENT * ENDPOINT_ZONE_HOUR
            + NODE_HOUR
            + 2 * KEY_MONTH / HOURS_A_MONTH
        ),
        shared=True,
        parallel=True,
    ),
}
"""By the name in a claim's `creates`, which can be a pytest fixture."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """resources: with their number. usd: the maximum."""

    resources: tuple[str, ...]
    minutes: float
    usd: float


def estimate(claims: Iterable[str]) -> Estimate:
    """The estimate for these claims. The cost assumes that everything exists for the whole run."""
    checked = [CLAIMS[id_] for id_ in claims if CLAIMS[id_].unchecked is None]
    created: Counter[str] = Counter()
    for claim in checked:
        for name in claim.creates:
            created.update(_with_needs(name))
    counts = {name: 1 if FIXTURES[name].shared else count for name, count in created.items()}
    serial, parallel = 0.0, 0.0
    for name, count in counts.items():
        if FIXTURES[name].parallel:
            parallel = max(parallel, FIXTURES[name].minutes)
        else:
            serial += count * FIXTURES[name].minutes
    minutes = max(parallel, serial + sum(claim.minutes for claim in checked))
    hourly = sum(count * FIXTURES[name].usd_per_hour for name, count in counts.items())
    return Estimate(
        resources=tuple(_described(name, counts[name]) for name in FIXTURES if name in counts),
        minutes=minutes,
        usd=hourly * minutes / 60,
    )


def _with_needs(name: str) -> list[str]:
    """The fixture and all fixtures that it needs."""
    found = [name]
    for needed in FIXTURES[name].needs:
        found += _with_needs(needed)
    return found


def _described(name: str, count: int) -> str:
    fixture = FIXTURES[name]
    return fixture.singular if count == 1 else f"{count} {fixture.plural}"
