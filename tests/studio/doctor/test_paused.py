"""Endpoints that are missing: whether because of a pause, and what brings them back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.doctor.model import Outcome
from tests.studio.doctor.surroundings import (
    Break,
    Surroundings,
    drop_endpoint,
    names,
    private_dns_off,
)


def paused(there: Surroundings) -> None:
    there.world.ec2.delete_vpc_endpoints(VpcEndpointIds=list(there.world.endpoints.values()))


def never_made(there: Surroundings) -> None:
    """Missing in Terraform's state, too."""
    drop_endpoint(there, "logs")
    deployment = there.world.deployment(there.programs)
    there.context.deployment = replace(deployment, services=())


def paused_and_broken(there: Surroundings) -> None:
    drop_endpoint(there, "logs")
    private_dns_off(there, "ssm")


@pytest.mark.parametrize(
    ("damage", "fix"),
    [
        (paused, "studio resume"),
        (never_made, "studio up"),
        (paused_and_broken, "studio up"),
    ],
)
def test_endpoints_that_pause_took_away_come_back_with_resume(
    there: Surroundings, damage: Break, fix: str
) -> None:
    damage(there)
    results = there.results()
    assert names(results, Outcome.FAILED) == {"endpoints"}
    assert results["endpoints"].fix == fix
