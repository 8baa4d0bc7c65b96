"""Security groups and their rules."""

from typing import Any

import pytest

from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of, refused


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"IpProtocol": "foo"}, "InvalidParameterValue"),
        ({"FromPort": 70000, "ToPort": 70001}, "InvalidParameterValue"),
        ({"FromPort": 5, "ToPort": 1}, "InvalidParameterValue"),
        ({"FromPort": None, "ToPort": None}, "InvalidParameterValue"),
        ({"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "é"}]}, "InvalidParameterValue"),
        (
            {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "x" * 256}]},
            "InvalidParameterValue",
        ),
        ({"UserIdGroupPairs": [{"GroupId": "sg-00000000"}]}, "InvalidGroup.NotFound"),
        ({"PrefixListIds": [{"PrefixListId": "pl-00000000"}]}, "InvalidPrefixListID.NotFound"),
    ],
)
def test_invalid_rules_are_refused(net: Ec2Network, change: dict[str, Any], code: str) -> None:
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 5,
        "ToPort": 5,
        "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "one"}],
    }
    ec2 = net.ec2
    invalid = {name: value for name, value in (rule | change).items() if value is not None}
    for authorize in (ec2.authorize_security_group_ingress, ec2.authorize_security_group_egress):
        assert code_of(authorize, GroupId=net.group, IpPermissions=[invalid]) == code
        authorize(GroupId=net.group, IpPermissions=[rule])


@pytest.mark.parametrize("change", [{"GroupName": "sg-x"}, {"Description": "é"}])
def test_names_of_groups(net: Ec2Network, change: dict[str, str]) -> None:
    named = {"GroupName": "more", "Description": "more", "VpcId": net.vpc} | change
    assert code_of(net.ec2.create_security_group, **named) == "InvalidParameterValue"


def test_every_rule_keeps_its_description(net: Ec2Network) -> None:
    ec2 = net.ec2
    prefix_list = ec2.describe_managed_prefix_lists()["PrefixLists"][0]["PrefixListId"]
    sources: dict[str, dict[str, Any]] = {
        "by address": {"IpRanges": [{"CidrIp": "10.0.0.0/16", "Description": "by address"}]},
        "by group": {"UserIdGroupPairs": [{"GroupId": net.group, "Description": "by group"}]},
        "by list": {"PrefixListIds": [{"PrefixListId": prefix_list, "Description": "by list"}]},
    }
    for source in sources.values():
        permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443} | source
        ec2.authorize_security_group_egress(GroupId=net.group, IpPermissions=[permission])
    filters = [{"Name": "group-id", "Values": [net.group]}]
    rules = ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
    assert {rule.get("Description") for rule in rules} == {None, *sources}
    group = ec2.describe_security_groups(GroupIds=[net.group])["SecurityGroups"][0]
    shown = next(p for p in group["IpPermissionsEgress"] if p["IpProtocol"] == "tcp")
    assert shown["PrefixListIds"][0]["Description"] == "by list"
    assert shown["UserIdGroupPairs"][0]["Description"] == "by group"


def test_rule_refuses_a_deleted_prefix_list(net: Ec2Network) -> None:
    made = net.ec2.create_managed_prefix_list(
        PrefixListName="team", MaxEntries=1, AddressFamily="IPv4"
    )["PrefixList"]["PrefixListId"]
    rule = {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": made}]}
    authorize = net.ec2.authorize_security_group_ingress
    authorize(GroupId=net.group, IpPermissions=[rule])
    net.ec2.revoke_security_group_ingress(GroupId=net.group, IpPermissions=[rule])
    net.ec2.delete_managed_prefix_list(PrefixListId=made)
    refused("InvalidPrefixListID.NotFound", "", authorize, GroupId=net.group, IpPermissions=[rule])


def test_rule_refers_to_a_group_of_the_vpc_or_of_a_peer(net: Ec2Network) -> None:
    ec2 = net.ec2
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    group = net.new_group("x", other)
    rule = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]
    asked = {"GroupId": net.group, "IpPermissions": rule}
    authorize = (ec2.authorize_security_group_ingress, ec2.authorize_security_group_egress)
    peering = ec2.create_vpc_peering_connection(VpcId=net.vpc, PeerVpcId=other)
    for call in authorize:
        assert code_of(call, **asked) == "InvalidGroup.NotFound"
    made = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=made)
    for call in authorize:
        assert call(**asked)["Return"]
