"""A plan's resource is searched for by its values, its tags and the resources that it refers to."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio.aws.client import Aws
from studio.lifecycle.recovery.search import Planned, choose, creations, ids_in_state, search
from studio_emulator.server import Emulator
from tests.emulator.samples import allow, make_role
from tests.studio.states import planned

TAGS = {"Project": "studio", "ManagedBy": "terraform", "Name": "studio-vpc"}
VPC = Planned(
    address="aws_vpc.vpc",
    kind="aws_vpc",
    values={"cidr_block": "10.20.0.0/16", "tags_all": TAGS},
)


def tagged(tags: dict[str, str], kind: str) -> list[dict[str, Any]]:
    items = [{"Key": key, "Value": value} for key, value in tags.items()]
    return [{"ResourceType": kind, "Tags": items}]


@pytest.mark.parametrize(
    ("tags", "mine"),
    [
        (TAGS, True),
        ({**TAGS, "CostCentre": "added by somebody"}, True),
        ({**TAGS, "Project": "another"}, False),
        ({}, False),
    ],
)
def test_only_a_resource_with_all_tags_is_chosen(
    aws: Emulator, found: Aws, tags: dict[str, str], mine: bool
) -> None:
    made = aws.client("ec2").create_vpc(
        CidrBlock="10.20.0.0/16", **({"TagSpecifications": tagged(tags, "vpc")} if tags else {})
    )["Vpc"]["VpcId"]
    taken: set[str] = set()
    candidate = choose(VPC, found, taken)
    assert (candidate.id if candidate else None) == (made if mine else None)
    assert choose(VPC, found, taken) is None, "nothing is taken twice"


def test_the_first_resource_that_is_not_in_state_is_chosen(aws: Emulator, found: Aws) -> None:
    specification = tagged(TAGS, "vpc")
    ec2 = aws.client("ec2")
    first, second = (
        ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=specification)["Vpc"]["VpcId"]
        for _ in range(2)
    )
    chosen = [choose(VPC, found, taken) for taken in (set[str](), {first})]
    assert [candidate and candidate.id for candidate in chosen] == [first, second]


def test_only_managed_resources_that_a_plan_creates_are_searched_for() -> None:
    changes = [
        planned("aws_vpc.new", actions=["create"], after={"cidr_block": "10.20.0.0/16"}),
        planned("aws_vpc.old", actions=["no-op"], after={}),
        planned("aws_vpc.replaced", actions=["delete", "create"], after={}),
        {**planned("aws_ami.read", actions=["create"], after={}), "mode": "data"},
    ]
    (new,) = creations({"resource_changes": changes})
    assert (new.address, new.kind) == ("aws_vpc.new", "aws_vpc")
    assert new.values == {"cidr_block": "10.20.0.0/16"}


def test_ids_and_arns_in_state_are_known() -> None:
    values = [{"id": "vpc-1", "arn": "arn:a"}, {"id": "sg-1", "arn": None}, {}]
    held = {"root_module": {"resources": [{"values": each} for each in values]}}
    assert ids_in_state({"prior_state": {"values": held}}) == {"vpc-1", "arn:a", "sg-1"}
    assert ids_in_state({}) == set()


@pytest.mark.parametrize("role", ["ours", "theirs"])
def test_a_resource_without_tags_is_chosen_only_with_its_parent(
    aws: Emulator, found: Aws, role: str
) -> None:
    make_role(aws, "ours", allow("s3:GetObject"))
    values = {"role": "ours", "name": "all"}
    planned = Planned(address="aws_iam_role_policy.all", kind="aws_iam_role_policy", values=values)
    candidate = choose(planned, found, {role})
    assert (candidate.id if candidate else None) == ("ours:all" if role == "ours" else None)


def test_one_plan_finds_all_resources_of_a_network(
    aws: Emulator, found: Aws, tmp_path: Path
) -> None:
    """No plan knows the id of the VPC, or of a group, before they are imported."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="endpoints", Description="endpoints")
    service = "com.amazonaws.us-east-1.s3"
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Gateway")
    wanted = [{"Name": "prefix-list-name", "Values": [service]}]
    (prefix_list,) = ec2.describe_prefix_lists(Filters=wanted)["PrefixLists"]
    port = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    peers = {"PrefixListIds": [{"PrefixListId": prefix_list["PrefixListId"]}]}
    (rule,) = ec2.authorize_security_group_egress(
        GroupId=group["GroupId"], IpPermissions=[port | peers]
    )["SecurityGroupRules"]
    values: dict[str, dict[str, Any]] = {
        "aws_vpc_security_group_egress_rule.storage": {
            "ip_protocol": "tcp",
            "from_port": 443,
            "to_port": 443,
            "security_group_id": "${aws_security_group.endpoints.id}",
            "prefix_list_id": "${aws_vpc_endpoint.storage.prefix_list_id}",
        },
        "aws_security_group.endpoints": {"name": "endpoints", "vpc_id": "${aws_vpc.network.id}"},
        "aws_vpc_endpoint.storage": {
            "service_name": service,
            "vpc_endpoint_type": "Gateway",
            "vpc_id": "${aws_vpc.network.id}",
        },
        "aws_subnet.one": {"cidr_block": "10.20.1.0/24", "vpc_id": "${aws_vpc.network.id}"},
        "aws_vpc.network": {"cidr_block": "10.20.0.0/16"},
    }
    resources: dict[str, dict[str, Any]] = {}
    changes: list[dict[str, Any]] = []
    for address, written in values.items():
        kind, name = address.split(".")
        resources.setdefault(kind, {})[name] = written
        known = {key: one for key, one in written.items() if "${" not in str(one)}
        changes.append(planned(address, actions=["create"], after=known))
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": resources}))
    there = search({"resource_changes": changes}, found, set(), tmp_path)
    assert {one.address: id_ for one, id_ in there} == {
        "aws_vpc.network": vpc,
        "aws_subnet.one": subnet,
        "aws_security_group.endpoints": group["GroupId"],
        "aws_vpc_endpoint.storage": endpoint["VpcEndpoint"]["VpcEndpointId"],
        "aws_vpc_security_group_egress_rule.storage": rule["SecurityGroupRuleId"],
    }
