"""A deployment whose state is lost is found by its tags, in a VPC of its own or in another's."""

from __future__ import annotations

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.errors import StepFailed
from studio.lifecycle.recovery.missing_state import require_domain_state, require_state
from studio.lifecycle.up import up
from tests.studio.account import REGION, Studio, client
from tests.studio.deployed import Deployed

MARK = {"Key": "StudioDeployment", "Value": "ours"}


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


def test_nothing_that_is_untagged_is_taken_for_it(
    deployed: Deployed, existing_vpc: Settings
) -> None:
    require_state(existing_vpc, deployed, Aws(REGION))


def test_its_domain_is_found(ours: Studio, deployed: Deployed, existing_vpc: Settings) -> None:
    sagemaker = client(ours.aws, "sagemaker")
    arn = sagemaker.describe_domain(DomainId=ours.domain_id)["DomainArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[MARK])
    assert refusal(existing_vpc, deployed).startswith(f"{ours.domain_id} has the tag")


def test_its_groups_and_endpoints_are_found(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    ec2 = client(ours.aws, "ec2")
    endpoint = ec2.describe_vpc_endpoints()["VpcEndpoints"][0]["VpcEndpointId"]
    ec2.create_tags(Resources=[endpoint, ours.group_id], Tags=[MARK])
    assert refusal(existing_vpc, deployed).startswith(f"{endpoint}, {ours.group_id} has the tag")


def test_those_of_another_vpc_are_not_looked_for(
    ours: Studio, theirs: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    client(ours.aws, "ec2").create_tags(Resources=[theirs.group_id], Tags=[MARK])
    require_state(existing_vpc, deployed, Aws(REGION))


def test_a_domain_whose_state_alone_is_lost_is_not_created_again(
    ours: Studio, deployed: Deployed
) -> None:
    """The states of other stacks are here; only that of the domain was deleted."""
    settings = Settings.model_validate({"name": "ours"})
    deployed.state["domain"] = []
    require_domain_state(settings, deployed, Aws(REGION))
    sagemaker = client(ours.aws, "sagemaker")
    arn = sagemaker.describe_domain(DomainId=ours.domain_id)["DomainArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[MARK])
    with pytest.raises(StepFailed, match="run `studio state adopt`") as raised:
        up(settings, deployed, push=lambda: None)
    assert str(raised.value).startswith(f"{ours.domain_id} has the tag")
    deployed.mark_unfinished(["domain"])
    require_domain_state(settings, deployed, Aws(REGION))
