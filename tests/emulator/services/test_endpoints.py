"""VPC endpoints: checks, DNS names, interfaces and routes."""

import re
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.ec2_network import API, STS, Ec2Network
from tests.emulator.samples import allow, code_of, document

S3 = "com.amazonaws.us-east-1.s3"


@pytest.mark.parametrize(
    ("service", "changes", "words"),
    [
        ("com.amazonaws.us-east-1.nothing", {}, "InvalidServiceName"),
        (API, {"SubnetIds": [2]}, "does not support the availability zone of the subnet"),
        (STS, {"SubnetIds": [0, 0]}, "DuplicateSubnetsInSameZone"),
        (STS, {"SecurityGroupIds": ["sg-00000000"]}, "InvalidGroup.NotFound"),
        (STS, {"VpcEndpointType": "Gateway"}, "does not match available service types"),
        (STS, {"PolicyDocument": "{"}, "InvalidPolicyDocument"),
        (STS, {"PolicyDocument": "{}"}, "InvalidPolicyDocument"),
        (STS, {"PolicyDocument": "[]"}, "InvalidPolicyDocument"),
        (STS, {"PolicyDocument": document(allow(StringLiek={}))}, "InvalidPolicyDocument"),
        (STS, {"SubnetIds": ["subnet-00000000"]}, "InvalidSubnetID.NotFound"),
        (STS, {"VpcId": "vpc-00000000"}, "InvalidVpcID.NotFound"),
        (STS, {"SubnetConfigurations": [{"Ipv4": "10.0.0.8"}]}, "UnsupportedOperation"),
    ],
)
def test_invalid_endpoints_are_refused(
    net: Ec2Network, service: str, changes: dict[str, Any], words: str
) -> None:
    if "SubnetIds" in changes:
        subnets = [net.subnets[s] if isinstance(s, int) else s for s in changes["SubnetIds"]]
        changes = changes | {"SubnetIds": subnets}
    with pytest.raises(ClientError, match=words):
        net.endpoint(service, **changes)


@pytest.mark.parametrize(
    ("service", "base", "private"),
    [
        (STS, "sts.us-east-1.vpce.amazonaws.com", "sts.us-east-1.amazonaws.com"),
        (
            API,
            "api.sagemaker.us-east-1.vpce.amazonaws.com",
            "api.sagemaker.us-east-1.amazonaws.com",
        ),
        (
            "com.amazonaws.us-east-1.ecr.dkr",
            "dkr.ecr.us-east-1.vpce.amazonaws.com",
            "*.dkr.ecr.us-east-1.amazonaws.com",
        ),
        (
            "aws.sagemaker.us-east-1.studio",
            "studio.us-east-1.vpce.sagemaker.aws",
            "*.studio.us-east-1.sagemaker.aws",
        ),
    ],
)
def test_dns_names_of_an_endpoint(net: Ec2Network, service: str, base: str, private: str) -> None:
    made = net.endpoint(service, SubnetIds=list(net.subnets[:2]))
    names = [entry["DnsName"] for entry in made["DnsEntries"]]
    own = names[0].removesuffix(f".{base}")
    assert re.fullmatch(rf"{made['VpcEndpointId']}-[a-z0-9]{{8}}", own)
    zonal = [f"{own}-us-east-1{zone}.{base}" for zone in "ab"]
    assert names == [f"{own}.{base}", *zonal, private]
    (offered,) = net.ec2.describe_vpc_endpoint_services(ServiceNames=[service])["ServiceDetails"]
    assert offered["BaseEndpointDnsNames"] == [base]
    net.ec2.modify_vpc_endpoint(
        VpcEndpointId=made["VpcEndpointId"], RemoveSubnetIds=[net.subnets[0]]
    )
    (now,) = net.ec2.describe_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])["VpcEndpoints"]
    assert [e["DnsName"] for e in now["DnsEntries"]] == [names[0], zonal[1], private]


def test_private_dns_requirements(net: Ec2Network) -> None:
    net.endpoint()
    with pytest.raises(ClientError, match=r"conflicting DNS domain for sts.us-east-1.amazonaws"):
        net.endpoint(SubnetIds=[net.subnets[1]])
    public = net.endpoint(SubnetIds=[net.subnets[1]], PrivateDnsEnabled=False)
    modify = net.ec2.modify_vpc_endpoint
    with pytest.raises(ClientError, match="conflicting DNS domain"):
        modify(VpcEndpointId=public["VpcEndpointId"], PrivateDnsEnabled=True)
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        net.ec2.modify_vpc_attribute(VpcId=net.vpc, **{attribute: {"Value": False}})
        with pytest.raises(ClientError, match="requires both enableDnsSupport and enableDnsHost"):
            net.endpoint("com.amazonaws.us-east-1.logs")
        net.ec2.modify_vpc_attribute(VpcId=net.vpc, **{attribute: {"Value": True}})


def test_endpoint_stores_its_address_types(net: Ec2Network) -> None:
    made = net.endpoint(IpAddressType="ipv4", DnsOptions={"DnsRecordIpType": "ipv4"})
    plain = net.endpoint("com.amazonaws.us-east-1.logs")

    def shown(endpoint: dict[str, Any]) -> tuple[str, str]:
        ids = [endpoint["VpcEndpointId"]]
        (found,) = net.ec2.describe_vpc_endpoints(VpcEndpointIds=ids)["VpcEndpoints"]
        return found["IpAddressType"], found["DnsOptions"]["DnsRecordIpType"]

    assert (shown(made), shown(plain)) == (("ipv4", "ipv4"), ("ipv4", "ipv4"))
    net.ec2.modify_vpc_endpoint(
        VpcEndpointId=made["VpcEndpointId"],
        IpAddressType="dualstack",
        DnsOptions={"DnsRecordIpType": "dualstack"},
    )
    assert shown(made) == ("dualstack", "dualstack")


def test_modified_endpoint_changes_its_interfaces(net: Ec2Network) -> None:
    made = net.endpoint()
    before = made["NetworkInterfaceIds"]
    other = net.new_group("o")
    net.ec2.modify_vpc_endpoint(
        VpcEndpointId=made["VpcEndpointId"],
        AddSubnetIds=[net.subnets[1]],
        RemoveSubnetIds=[net.subnets[0]],
        AddSecurityGroupIds=[other],
        RemoveSecurityGroupIds=[net.group],
        PrivateDnsEnabled=False,
    )
    shown = net.ec2.describe_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    endpoint = shown["VpcEndpoints"][0]
    assert endpoint["SubnetIds"] == [net.subnets[1]]
    assert endpoint["PrivateDnsEnabled"] is False
    assert not set(before) & set(endpoint["NetworkInterfaceIds"])
    net.ec2.delete_subnet(SubnetId=net.subnets[0])
    net.ec2.delete_security_group(GroupId=net.group)


def test_a_policy_can_be_reset(net: Ec2Network) -> None:
    endpoint_id = net.endpoint()["VpcEndpointId"]
    policy = partial(net.ec2.describe_vpc_endpoints, VpcEndpointIds=[endpoint_id])
    default = policy()["VpcEndpoints"][0]["PolicyDocument"]
    net.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PolicyDocument='{"Statement": []}')
    assert policy()["VpcEndpoints"][0]["PolicyDocument"] != default
    net.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, ResetPolicy=True)
    assert policy()["VpcEndpoints"][0]["PolicyDocument"] == default


def test_gateway_endpoint_adds_and_deletes_routes(net: Ec2Network) -> None:
    ec2 = net.ec2
    table, other = (
        ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"] for _ in range(2)
    )
    lists = ec2.describe_managed_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": [S3]}]
    )["PrefixLists"]

    def routed(table: str) -> bool:
        (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        to = {route.get("DestinationPrefixListId") for route in found["Routes"]}
        return lists[0]["PrefixListId"] in to

    wanted = {"VpcId": net.vpc, "ServiceName": S3, "RouteTableIds": [table]}
    made = ec2.create_vpc_endpoint(**wanted)["VpcEndpoint"]
    assert (made["VpcEndpointType"], made["PrivateDnsEnabled"]) == ("Gateway", False)
    assert (routed(table), routed(other)) == (True, False)
    assert code_of(ec2.create_vpc_endpoint, **wanted) == "RouteAlreadyExists"
    ec2.modify_vpc_endpoint(
        VpcEndpointId=made["VpcEndpointId"], AddRouteTableIds=[other], RemoveRouteTableIds=[table]
    )
    assert (routed(table), routed(other)) == (False, True)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert not routed(other)


def test_resources_of_another_vpc_are_refused(net: Ec2Network) -> None:
    ec2 = net.ec2
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]]
    groups = [net.new_group("o", vpc)]
    tables = [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]]
    gateway = {"VpcId": net.vpc, "ServiceName": S3}
    endpoint = {"VpcEndpointId": net.endpoint(PrivateDnsEnabled=False)["VpcEndpointId"]}
    for call, params in (
        (net.endpoint, {"SubnetIds": subnets}),
        (net.endpoint, {"SecurityGroupIds": groups}),
        (ec2.create_vpc_endpoint, {**gateway, "RouteTableIds": tables}),
        (ec2.modify_vpc_endpoint, {**endpoint, "AddSubnetIds": subnets}),
        (ec2.modify_vpc_endpoint, {**endpoint, "AddSecurityGroupIds": groups}),
    ):
        assert code_of(call, **params) == "InvalidParameter"


def test_endpoint_without_groups_has_the_default_group(net: Ec2Network) -> None:
    filters = [{"Name": "group-name", "Values": ["default"]}]
    groups = net.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    (default,) = (group["GroupId"] for group in groups if group["VpcId"] == net.vpc)
    made = net.endpoint(SecurityGroupIds=[])
    assert [group["GroupId"] for group in made["Groups"]] == [default]


def test_deletion_of_an_unknown_endpoint_is_unsuccessful(net: Ec2Network) -> None:
    made = net.endpoint()["VpcEndpointId"]
    unknown = "vpce-0123456789abcdef0"
    answer = net.ec2.delete_vpc_endpoints(VpcEndpointIds=[unknown, made])
    assert [each["ResourceId"] for each in answer["Unsuccessful"]] == [unknown]
    assert net.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
