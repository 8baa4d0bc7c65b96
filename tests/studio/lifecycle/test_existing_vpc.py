"""In an existing VPC, commands delete the resources of the deployment and no others."""

from __future__ import annotations

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.lifecycle.down import Teardown
from studio.lifecycle.inventory import deployed_resources
from studio.lifecycle.leftovers import leftovers
from studio.lifecycle.pause import Pause
from tests.studio.account import (
    REGION,
    Studio,
    client,
    delete_domain,
    homes_of,
    left_of,
    make_key,
    mark,
    settle,
)
from tests.studio.deployed import Deployed, resource


@pytest.fixture
def existing_vpc(ours: Studio, deployed: Deployed) -> Settings:
    """A deployment with endpoints in a VPC that it does not own."""
    deployed.state["network"] = deployed.state["network"][1:]
    return Settings.model_validate(
        {
            "name": "ours",
            "network": {"vpc_id": ours.vpc_id, "subnet_ids": ours.subnet_ids},
            "domain": {"retention": "Delete"},
            "image": {"slim": {"enabled": False}},
        }
    )


def test_homes_of_another_deployment_in_the_vpc_are_kept(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    other = ours.make_domain("other")
    delete_domain(ours, other, homes="Retain")
    before = left_of(ours.aws, other)
    assert homes_of(other)
    it = Teardown.of(existing_vpc, deployed)
    assert [home.domain_id for home in it.live.homes] == [ours.domain_id]
    it.run()
    assert left_of(ours.aws, other) == before
    assert homes_of(ours.domain_id) == []


def test_kept_homes_are_found_by_the_key_of_the_deployment(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    key = make_key(ours, "ours")
    arn = client(ours.aws, "kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    role, subnets = ours.role, ours.subnet_ids
    earlier = client(ours.aws, "sagemaker").create_domain(
        DomainName="ours-before", AuthMode="IAM", VpcId=ours.vpc_id, SubnetIds=subnets,
        AppNetworkAccessType="VpcOnly", KmsKeyId=arn,
        DefaultUserSettings={"ExecutionRole": role, "SecurityGroups": [ours.group_id]},
    )["DomainId"]  # fmt: skip
    settle(lambda: client(ours.aws, "sagemaker").describe_domain(DomainId=earlier))
    delete_domain(ours, earlier, homes="Retain")
    deployed.state["role"] = [resource("aws_kms_key", id=key)]
    Teardown.of(existing_vpc, deployed).run()
    assert homes_of(earlier) == []
    assert left_of(ours.aws, f"nfs-{earlier}") == []


@pytest.mark.parametrize("tagged", [False, True])
def test_a_domain_that_is_not_in_state_is_found_by_its_tag(
    ours: Studio, deployed: Deployed, existing_vpc: Settings, tagged: bool
) -> None:
    deployed.state["domain"] = []
    if tagged:
        ours.tag_domain()
    found = deployed_resources(existing_vpc, deployed, Aws(REGION))
    assert found.domain_id == (ours.domain_id if tagged else None)


def test_pause_deletes_only_the_endpoints_of_the_deployment(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    ec2 = client(ours.aws, "ec2")
    theirs = ec2.create_vpc_endpoint(
        VpcId=ours.vpc_id, ServiceName=f"com.amazonaws.{REGION}.ssm",
        VpcEndpointType="Interface", SubnetIds=ours.subnet_ids, PrivateDnsEnabled=False,
    )["VpcEndpoint"]["VpcEndpointId"]  # fmt: skip
    Pause.of(existing_vpc, deployed).run()
    left = [one["VpcEndpointId"] for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]]
    assert left == [theirs]


def test_a_deployment_without_a_vpc_of_its_own_has_no_leftovers(ours: Studio) -> None:
    tags = [{"Key": "StudioDeployment", "Value": "begun"}]
    client(ours.aws, "ecr").create_repository(repositoryName="begun/slim", tags=tags)
    names = {one.name for one in leftovers(Aws(REGION))}
    assert names == {"image repository"}
    mark(ours, ours.group_id, deployment="begun")
    assert leftovers(Aws(REGION)) == []
