"""The rules of the security groups of endpoints and apps."""

import pytest

from modules.security_groups import EndpointsSecurityGroup, StudioSecurityGroup
from tests.synthesis import Template, group_names, new_stack, synth

CIDRS = ("10.30.0.0/20", "10.40.0.0/20")
RULES = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")

Rule = tuple[str, int, int, str]


def rules(template: Template, group: str) -> set[Rule]:
    """Direction, first and last port, and peer of each rule of the security group."""
    names = group_names(template)
    found = set()
    for kind in RULES:
        for rule in template["resource"].get(kind, {}).values():
            assert rule["ip_protocol"] == "tcp"
            if names[rule["security_group_id"]] != group:
                continue
            peers = ("cidr_ipv4", "referenced_security_group_id", "prefix_list_id")
            (peer,) = (rule[key] for key in peers if key in rule)
            direction = "in" if "ingress" in kind else "out"
            peer = names.get(peer, peer)
            found.add((direction, rule["from_port"], rule["to_port"], peer))
    return found


@pytest.fixture(scope="module")
def template() -> Template:
    """The group of the endpoints, and those of alice and bob."""
    stack = new_stack()
    endpoints = EndpointsSecurityGroup(
        stack, "endpoints", vpc_id="vpc-0a", vpc_cidrs=CIDRS, name="lab-endpoints"
    )
    for user in ("alice", "bob"):
        StudioSecurityGroup(
            stack,
            user,
            vpc_id="vpc-0a",
            vpc_cidrs=CIDRS,
            endpoints_security_group_id=endpoints.id,
            s3_prefix_list_id="pl-0a",
            name=f"lab-{user}",
        )
    return synth(stack)


def test_endpoints_accept_only_https_from_the_vpc(template: Template) -> None:
    assert rules(template, "lab-endpoints") == {("in", 443, 443, cidr) for cidr in CIDRS}


def test_apps_reach_only_home_directories_other_apps_of_the_group_and_aws(
    template: Template,
) -> None:
    for group in ("lab-alice", "lab-bob"):
        assert rules(template, group) == {
            *(("in", 2049, 2049, cidr) for cidr in CIDRS),
            *(("out", 2049, 2049, cidr) for cidr in CIDRS),
            ("in", 8192, 65535, group),
            ("out", 8192, 65535, group),
            ("out", 443, 443, "lab-endpoints"),
            ("out", 443, 443, "pl-0a"),
        }


def test_groups_and_rules_have_descriptions_and_no_other_rules(template: Template) -> None:
    for kind in ("aws_security_group", *RULES):
        for resource in template["resource"][kind].values():
            assert resource["description"]
            assert resource.get("vpc_id", "vpc-0a") == "vpc-0a"
            assert not {"ingress", "egress"} & resource.keys()
