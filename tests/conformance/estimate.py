"""The resources that a run creates on a real account, its duration and its maximum cost.

A test creates its pytest fixtures, and what its marker `claim` names in `creates`; it waits for the
`minutes` of the marker. The minutes to create and delete resources are from the provider's
acceptance tests and from public logs. Prices are on demand in us-east-1.
"""

import inspect
import io
from collections import Counter
from collections.abc import Collection
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache

import pytest

from catalog.instances import USD_PER_HOUR
from catalog.service_prices import ENDPOINT_ZONE_HOUR, HOURS_A_MONTH, KEY_MONTH, NODE_HOUR
from tests.conformance.account import FILES

_APP = USD_PER_HOUR["ml.t3.large"]
_ENDPOINTS_OF_THE_DEPLOYMENT = 7


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """One or several resources that a test needs.

    plural: "" if a run creates it once. parallel: to all other checks.
    """

    singular: str
    plural: str = ""
    minutes: float = 0
    usd_per_hour: float = 0
    parallel: bool = False


FIXTURES = {
    "network": Fixture(singular="a VPC with two subnets", minutes=1),
    "role": Fixture(singular="a role without permissions", minutes=0.3),
    "domain": Fixture(singular="a SageMaker domain", minutes=9),
    "profile": Fixture(singular="a user profile", minutes=0.5),
    "space": Fixture(singular="a space", minutes=0.5),
    "lifecycle_config": Fixture(singular="a lifecycle configuration", minutes=0.1),
    "running": Fixture(singular="an ml.t3.large app", minutes=5, usd_per_hour=_APP),
    "create_domain": Fixture(
        singular="a short-lived domain",
        plural="short-lived domains",
        minutes=9,
    ),
    "app": Fixture(
        singular="an ml.t3.large app for some minutes",
        plural="ml.t3.large apps for some minutes",
        minutes=5,
        usd_per_hour=_APP,
    ),
    "refused_app": Fixture(
        singular="an app that AWS starts although it should not",
        plural="apps that AWS starts although it should not",
        usd_per_hour=_APP,
    ),
    "endpoints": Fixture(
        singular="a pair of interface endpoints",
        plural="pairs of interface endpoints",
        minutes=4,
        usd_per_hour=2 * 2 * ENDPOINT_ZONE_HOUR,
    ),
    "image": Fixture(
        singular="an image without a version",
        plural="images without a version",
        minutes=0.5,
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
        parallel=True,
    ),
}
"""By the name of the pytest fixture, or in `creates`."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """resources: with their number. usd: the maximum."""

    resources: tuple[str, ...]
    minutes: float
    usd: float


@dataclass(frozen=True, kw_only=True)
class Check:
    """The test of a claim. creates: names of FIXTURES. minutes: how long it waits beside these."""

    claim: str
    creates: tuple[str, ...]
    minutes: float


class _Collector:
    """A pytest plugin that finds the checks."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.found = [
            Check(
                claim=marker.args[0],
                creates=_created(item, marker.kwargs.get("creates")),
                minutes=marker.kwargs.get("minutes", 0),
            )
            for item in session.items
            for marker in item.iter_markers("claim")
            if isinstance(item, pytest.Function)
        ]


@cache
def checks() -> list[Check]:
    """The tests of all claims."""
    collector = _Collector()
    words = ["--collect-only", "-p", "no:xdist", "-p", "no:cacheprovider", *map(str, FILES)]
    with redirect_stdout(io.StringIO()):
        pytest.main(words, plugins=[collector])
    return collector.found


def estimate(claims: Collection[str]) -> Estimate:
    """The estimate for these claims. The cost assumes that everything exists for the whole run."""
    checked = [check for check in checks() if check.claim in claims]
    created = Counter(name for check in checked for name in check.creates)
    counts = {name: n if FIXTURES[name].plural else 1 for name, n in created.items()}
    serial, parallel = 0.0, 0.0
    for name, count in counts.items():
        if FIXTURES[name].parallel:
            parallel = max(parallel, FIXTURES[name].minutes)
        else:
            serial += count * FIXTURES[name].minutes
    minutes = max(parallel, serial + sum(check.minutes for check in checked))
    hourly = sum(count * FIXTURES[name].usd_per_hour for name, count in counts.items())
    return Estimate(
        resources=tuple(_described(name, counts[name]) for name in FIXTURES if name in counts),
        minutes=minutes,
        usd=hourly * minutes / 60,
    )


def _created(test: pytest.Function, named: str | None) -> tuple[str, ...]:
    """What a run creates once can also be a fixture of a fixture."""
    own = {*inspect.signature(test.function).parameters, named}
    return tuple(
        name
        for name, fixture in FIXTURES.items()
        if name in own or (name in test.fixturenames and not fixture.plural)
    )


def _described(name: str, count: int) -> str:
    fixture = FIXTURES[name]
    return fixture.singular if count == 1 else f"{count} {fixture.plural}"
