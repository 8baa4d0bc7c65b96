import ipaddress
import json
from typing import Any

import pytest
from cdktf import TerraformStack, Testing
from cdktf_cdktf_provider_aws.provider import AwsProvider

from modules.security_groups import StudioSecurityGroup
from modules.vpc import IsolatedVpc
from tests.fixtures import Synth

Template = dict[str, Any]

RULES = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")


def one(template: Template, kind: str) -> Template:
    (resource,) = template["resource"][kind].values()
    return dict(resource)


def rules(template: Template, group: str) -> set[tuple[str, int, int, str]]:
    """Direction, first and last port, and peer of each rule of the security group."""
    addresses = {
        f"${{aws_security_group.{address}.id}}": resource["name"]
        for address, resource in template["resource"]["aws_security_group"].items()
    }
    found = set()
    for kind in RULES:
        for rule in template["resource"].get(kind, {}).values():
            if addresses[rule["security_group_id"]] != group:
                continue
            peers = ("cidr_ipv4", "referenced_security_group_id", "prefix_list_id")
            (peer,) = (rule[key] for key in peers if key in rule)
            direction = "in" if "ingress" in kind else "out"
            peer = addresses.get(peer, peer)
            found.add((direction, rule["from_port"], rule["to_port"], peer))
    return found


def test_the_vpc_has_dns(network: Any) -> None:
    vpc = one(network(network={"cidr": "10.30.0.0/20"}), "aws_vpc")
    assert vpc["cidr_block"] == "10.30.0.0/20"
    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True


@pytest.mark.parametrize("zones", [2, 3, 4, 5, 6])
def test_each_zone_has_a_subnet_and_a_route_table_without_routes(network: Any, zones: int) -> None:
    template = network(network={"zones": zones, "cidr": "10.30.0.0/20"})
    subnets = template["resource"]["aws_subnet"]
    tables = template["resource"]["aws_route_table"]
    associations = template["resource"]["aws_route_table_association"].values()
    assert len(subnets) == len(tables) == len(associations) == zones
    assert len({subnet["availability_zone"] for subnet in subnets.values()}) == zones
    ranges = [ipaddress.IPv4Network(subnet["cidr_block"]) for subnet in subnets.values()]
    vpc = ipaddress.IPv4Network("10.30.0.0/20")
    assert all(part.subnet_of(vpc) for part in ranges)
    assert not [1 for a in ranges for b in ranges if a is not b and a.overlaps(b)]
    assert {a["subnet_id"] for a in associations} == {f"${{aws_subnet.{s}.id}}" for s in subnets}
    assert {a["route_table_id"] for a in associations} == {
        f"${{aws_route_table.{table}.id}}" for table in tables
    }
    assert not [table for table in tables.values() if "route" in table]


def test_another_zone_does_not_change_the_other_subnets(network: Any) -> None:
    few = network(network={"zones": 2})["resource"]["aws_subnet"]
    more = network(network={"zones": 3})["resource"]["aws_subnet"]
    assert few.items() <= more.items()
    assert len(more) == 3


def test_a_subnet_never_moves_to_another_zone(network: Any) -> None:
    for subnet in network()["resource"]["aws_subnet"].values():
        assert subnet["lifecycle"]["ignore_changes"] == ["availability_zone"]


def test_subnets_are_in_zones_that_offer_sagemaker(network: Any) -> None:
    template = network(network={"zones": 3})
    (zones,) = template["data"]["aws_availability_zones"].values()
    filters = {entry["name"]: entry["values"] for entry in zones["filter"]}
    assert filters["zone-type"] == ["availability-zone"]
    offer = template["data"]["aws_vpc_endpoint_service"]["sagemaker"]
    assert offer["service_name"] == "com.amazonaws.us-east-1.sagemaker.api"
    assert "data.aws_vpc_endpoint_service.sagemaker.availability_zones" in filters["zone-name"]
    (check,) = zones["lifecycle"]["postcondition"]
    assert check["condition"] == "${length(self.names) >= 3}"


def test_the_vpc_module_alone_uses_any_zone(synth: Synth) -> None:
    stack = TerraformStack(Testing.app(), "x")
    AwsProvider(stack, "aws")
    vpc = IsolatedVpc(stack, "vpc", cidr="10.0.0.0/16", subnet_cidrs=["10.0.0.0/24"], name="lab")
    assert len(vpc.subnets) == 1
    (zones,) = synth(stack)["data"]["aws_availability_zones"].values()
    assert [entry["name"] for entry in zones["filter"]] == ["zone-type"]


def test_the_default_security_group_has_no_rules(network: Any) -> None:
    group = one(network(), "aws_default_security_group")
    assert not {"ingress", "egress"} & group.keys()


def test_endpoints_accept_only_https_from_the_vpc(network: Any) -> None:
    template = network(network={"cidr": "10.30.0.0/20"})
    assert rules(template, "studio-endpoints") == {("in", 443, 443, "10.30.0.0/20")}


def test_apps_reach_only_home_directories_other_apps_of_the_group_and_aws(network: Any) -> None:
    template = network(network={"cidr": "10.30.0.0/20"})
    (s3,) = (
        address
        for address, endpoint in template["resource"]["aws_vpc_endpoint"].items()
        if endpoint["vpc_endpoint_type"] == "Gateway"
    )
    assert rules(template, "studio-apps") == {
        ("in", 2049, 2049, "10.30.0.0/20"),
        ("out", 2049, 2049, "10.30.0.0/20"),
        ("in", 8192, 65535, "studio-apps"),
        ("out", 8192, 65535, "studio-apps"),
        ("out", 443, 443, "studio-endpoints"),
        ("out", 443, 443, f"${{aws_vpc_endpoint.{s3}.prefix_list_id}}"),
    }


def test_groups_and_rules_have_descriptions_and_use_tcp(network: Any) -> None:
    template = network()
    for kind in ("aws_security_group", *RULES):
        for resource in template["resource"][kind].values():
            assert resource["description"]
            assert resource.get("ip_protocol", "tcp") == "tcp"
            assert not {"ingress", "egress"} & resource.keys()


def test_another_app_can_create_a_group_for_each_user(synth: Synth) -> None:
    stack = TerraformStack(Testing.app(), "x")
    AwsProvider(stack, "aws")
    groups = [
        StudioSecurityGroup(
            stack,
            user,
            vpc_id="vpc-0a",
            vpc_cidrs=("10.20.0.0/16",),
            endpoints_security_group_id="sg-0a",
            s3_prefix_list_id="pl-0a",
            name=f"lab-{user}",
            tags={"User": user},
        )
        for user in ("alice", "bob")
    ]
    assert groups[0].id != groups[1].id
    template = synth(stack)
    assert rules(template, "lab-alice") & rules(template, "lab-bob") == {
        ("in", 2049, 2049, "10.20.0.0/16"),
        ("out", 2049, 2049, "10.20.0.0/16"),
        ("out", 443, 443, "sg-0a"),
        ("out", 443, 443, "pl-0a"),
    }
    assert ("in", 8192, 65535, "lab-alice") in rules(template, "lab-alice")
    tags = [group["tags"] for group in template["resource"]["aws_security_group"].values()]
    assert {"User": "bob", "Name": "lab-bob"} in tags


def test_flow_logs_record_all_traffic_of_the_vpc(network: Any) -> None:
    template = network(network={"flow_log_days": 30})
    log, group = one(template, "aws_flow_log"), one(template, "aws_cloudwatch_log_group")
    (vpc,) = template["resource"]["aws_vpc"]
    assert log["traffic_type"] == "ALL"
    assert log["vpc_id"] == f"${{aws_vpc.{vpc}.id}}"
    assert group["retention_in_days"] == 30


def test_the_flow_logs_role_writes_only_to_its_log_group(network: Any) -> None:
    template = network()
    deliver, find = json.loads(one(template, "aws_iam_role_policy")["policy"])["Statement"]
    assert "logs:CreateLogGroup" not in deliver["Action"]
    (address,) = template["resource"]["aws_cloudwatch_log_group"]
    arn = f"${{aws_cloudwatch_log_group.{address}.arn}}"
    assert set(deliver["Resource"]) == {arn, f"{arn}:*"}
    account = "${data.aws_caller_identity.caller.account_id}"
    # IAM evaluates DescribeLogGroups on log-group::log-stream:, which matches no group name.
    assert find["Action"] == "logs:DescribeLogGroups"
    assert find["Resource"] == f"arn:aws:logs:us-east-1:{account}:log-group:*"


def test_only_flow_logs_of_this_account_use_the_role(network: Any) -> None:
    role = one(network(), "aws_iam_role")
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "${data.aws_caller_identity.caller.account_id}"},
        "ArnLike": {
            "aws:SourceArn": "arn:aws:ec2:us-east-1:"
            "${data.aws_caller_identity.caller.account_id}:vpc-flow-log/*"
        },
    }


def test_the_key_of_the_flow_logs_encrypts_one_log_group(network: Any) -> None:
    template = network()
    (address,) = template["resource"]["aws_kms_key"]
    group = one(template, "aws_cloudwatch_log_group")
    assert group["kms_key_id"] == f"${{aws_kms_key.{address}.arn}}"
    statements = json.loads(one(template, "aws_kms_key")["policy"])["Statement"]
    (logs,) = (s for s in statements if "Service" in s["Principal"])
    assert logs["Principal"]["Service"].startswith("logs.us-east-1.")
    (arn,) = logs["Condition"]["ArnEquals"].values()
    assert arn.endswith(f":log-group:{group['name']}")


@pytest.mark.parametrize(
    ("sections", "gone"),
    [
        (
            {"network": {"flow_logs": False}},
            {"aws_flow_log", "aws_cloudwatch_log_group", "aws_iam_role", "aws_kms_key"},
        ),
        ({"domain": {"kms": "aws-managed"}}, {"aws_kms_key"}),
    ],
)
def test_flow_logs_and_their_key_are_optional(
    network: Any, sections: dict[str, Any], gone: set[str]
) -> None:
    everything = network()["resource"].keys()
    assert gone <= everything
    assert not gone & network(**sections)["resource"].keys()


def test_the_flow_logs_role_has_the_permissions_boundary(network: Any) -> None:
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    role = one(network(role={"permissions_boundary": boundary}), "aws_iam_role")
    assert role["permissions_boundary"] == boundary
    assert "permissions_boundary" not in one(network(), "aws_iam_role")


def test_outputs_have_the_vpc_and_its_subnets(network: Any) -> None:
    outputs = network(network={"zones": 3})["output"]
    assert len(outputs["subnet_ids"]["value"]) == 3
    assert all(outputs[name]["description"] for name in ("vpc_id", "subnet_ids"))


@pytest.mark.parametrize(
    ("retention", "cdktf"),
    [("Retain", "cannot delete the VPC"), ("Delete", "only where nobody has created an app")],
)
def test_outputs_name_the_command_that_destroys_the_deployment(
    network: Any, retention: str, cdktf: str
) -> None:
    said = network(domain={"retention": retention})["output"]["destroy_with"]["value"]
    assert said.startswith("studio down; cdktf destroy '*' ")
    assert cdktf in said
