"""A deployment whose state is lost is found by its tags, in its own VPC or in an existing one."""

from __future__ import annotations

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.errors import StepFailed
from studio.lifecycle.recovery.missing_state import require_state
from studio.lifecycle.up import up
from tests.studio.account import REGION, Studio, client, mark
from tests.studio.deployed import Deployed


@pytest.fixture
def existing_vpc(ours: Studio, deployed: Deployed) -> Settings:
    """The deployment is in a VPC that it does not own, and its state is lost."""
    deployed.state.clear()
    network = {"vpc_id": ours.vpc_id, "subnet_ids": ours.subnet_ids}
    return Settings.model_validate({"name": "ours", "network": network})


def refusal(settings: Settings, deployed: Deployed) -> str:
    with pytest.raises(StepFailed, match="but no state here holds it") as raised:
        require_state(settings, deployed, Aws(REGION))
    return str(raised.value)


def test_resources_without_the_tag_are_accepted(deployed: Deployed, existing_vpc: Settings) -> None:
    require_state(existing_vpc, deployed, Aws(REGION))


def test_a_tagged_domain_is_refused(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    ours.tag_domain()
    assert refusal(existing_vpc, deployed).startswith(f"{ours.domain_id} has the tag")


def test_tagged_security_groups_and_endpoints_are_refused(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    endpoints = client(ours.aws, "ec2").describe_vpc_endpoints()["VpcEndpoints"]
    endpoint = endpoints[0]["VpcEndpointId"]
    mark(ours, endpoint, ours.group_id)
    assert refusal(existing_vpc, deployed).startswith(f"{endpoint}, {ours.group_id} has the tag")


def test_security_groups_of_another_vpc_are_accepted(
    ours: Studio, theirs: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    mark(ours, theirs.group_id)
    require_state(existing_vpc, deployed, Aws(REGION))


def test_up_does_not_create_a_domain_again_whose_state_is_lost(
    ours: Studio, deployed: Deployed
) -> None:
    settings = Settings.model_validate({"name": "ours"})
    deployed.state["domain"] = []
    require_state(settings, deployed, Aws(REGION))
    ours.tag_domain()
    with pytest.raises(StepFailed, match="run `studio state adopt`") as raised:
        up(settings, deployed, push=lambda: None)
    assert str(raised.value).startswith(f"{ours.domain_id} has the tag")
    deployed.mark_unfinished(["domain"])
    require_state(settings, deployed, Aws(REGION))
