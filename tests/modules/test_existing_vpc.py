"""An existing VPC is read, and not changed."""

import pytest

from modules.existing_vpc import ExistingVpc
from tests.synthesis import Template, new_stack, only, references, synth


@pytest.fixture(scope="module")
def template() -> Template:
    stack = new_stack()
    vpc = ExistingVpc(
        stack, "network", vpc_id="vpc-0a", subnet_ids=["subnet-0b", "subnet-0a"], region="us-east-1"
    )
    assert len({subnet.zone for subnet in vpc.subnets}) == 2
    return synth(stack)


def test_the_vpc_is_read_and_has_dns(template: Template) -> None:
    assert "resource" not in template
    vpc = only(template, "aws_vpc", "data")
    assert vpc["id"] == "vpc-0a"
    (check,) = vpc["lifecycle"]["postcondition"]
    assert check["condition"] == "${self.enable_dns_support && self.enable_dns_hostnames}"
    assert check["error_message"].startswith("vpc-0a needs enableDnsSupport and enableDnsHostnames")


def test_its_subnets_are_read_in_their_order(template: Template) -> None:
    subnets = template["data"]["aws_subnet"].values()
    assert [subnet["id"] for subnet in subnets] == ["subnet-0b", "subnet-0a"]
    # The data source does not find a subnet of another VPC, and the plan fails.
    vpcs = references(template, "aws_vpc", section="data")
    assert {subnet["vpc_id"] for subnet in subnets} == vpcs.keys()


def test_its_ranges_are_those_that_it_has_now(template: Template) -> None:
    (vpc,) = template["data"]["aws_vpc"]
    (ranges,) = template["locals"].values()
    assert f"in data.aws_vpc.{vpc}.cidr_block_associations : one.cidr_block" in ranges
    assert 'if one.state == "associated"' in ranges


def test_apps_reach_s3_by_the_prefix_list_of_the_region(template: Template) -> None:
    assert only(template, "aws_prefix_list", "data")["name"] == "com.amazonaws.us-east-1.s3"
