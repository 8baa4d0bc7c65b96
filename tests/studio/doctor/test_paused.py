"""Endpoints that are missing: whether because of a pause, and what brings them back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.doctor.model import Outcome
from tests.studio.doctor.setup import (
    Break,
    DoctorSetup,
    drop_endpoint,
    names,
    private_dns_off,
)


def paused(setup: DoctorSetup) -> None:
    setup.studio.ec2.delete_vpc_endpoints(VpcEndpointIds=list(setup.studio.endpoints.values()))


def never_made(setup: DoctorSetup) -> None:
    """Missing in Terraform's state, too."""
    drop_endpoint(setup, "logs")
    deployment = setup.studio.deployment(setup.programs)
    setup.context.deployment = replace(deployment, services=())


def paused_and_broken(setup: DoctorSetup) -> None:
    drop_endpoint(setup, "logs")
    private_dns_off(setup, "ssm")


@pytest.mark.parametrize(
    ("damage", "fix"),
    [
        (paused, "studio resume"),
        (never_made, "studio up"),
        (paused_and_broken, "studio up"),
    ],
)
def test_endpoints_that_pause_took_away_come_back_with_resume(
    setup: DoctorSetup, damage: Break, fix: str
) -> None:
    damage(setup)
    results = setup.results()
    assert names(results, Outcome.FAILED) == {"endpoints"}
    assert results["endpoints"].fix == fix
