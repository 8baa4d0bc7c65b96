"""VPC endpoints: checks, DNS names, interfaces and routes."""

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.ec2_network import API, STS, Ec2Network
from tests.emulator.samples import code_of


@pytest.mark.parametrize(
    ("service", "changes", "words"),
    [
        ("com.amazonaws.us-east-1.nothing", {}, "InvalidServiceName"),
        (API, {"SubnetIds": [2]}, "does not support the availability zone of the subnet"),
        (STS, {"SubnetIds": [0, 0]}, "DuplicateSubnetsInSameZone"),
        (STS, {"SecurityGroupIds": ["sg-00000000"]}, "InvalidGroup.NotFound"),
        (STS, {"VpcEndpointType": "Gateway"}, "does not match available service types"),
        (STS, {"PolicyDocument": "{"}, "InvalidPolicyDocument"),
        (STS, {"SubnetIds": ["subnet-00000000"]}, "InvalidSubnetID.NotFound"),
        (STS, {"VpcId": "vpc-00000000"}, "InvalidVpcID.NotFound"),
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
    net.endpoint(SubnetIds=[net.subnets[1]], PrivateDnsEnabled=False)
    net.ec2.modify_vpc_attribute(VpcId=net.vpc, EnableDnsHostnames={"Value": False})
    with pytest.raises(ClientError, match="requires both enableDnsSupport and enableDnsHostnames"):
        net.endpoint("com.amazonaws.us-east-1.logs")


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
    other = net.ec2.create_security_group(GroupName="o", Description="o", VpcId=net.vpc)["GroupId"]
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


def test_gateway_endpoint_adds_and_deletes_routes(net: Ec2Network) -> None:
    ec2 = net.ec2
    table = ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    wanted = {
        "VpcId": net.vpc,
        "ServiceName": "com.amazonaws.us-east-1.s3",
        "RouteTableIds": [table],
    }
    made = ec2.create_vpc_endpoint(**wanted)["VpcEndpoint"]
    assert (made["VpcEndpointType"], made["PrivateDnsEnabled"]) == ("Gateway", False)
    lists = ec2.describe_managed_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": ["com.amazonaws.us-east-1.s3"]}]
    )["PrefixLists"]
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert lists[0]["PrefixListId"] in {route.get("DestinationPrefixListId") for route in routes}
    assert code_of(ec2.create_vpc_endpoint, **wanted) == "RouteAlreadyExists"
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert all("DestinationPrefixListId" not in route for route in routes)


def test_gateway_endpoint_refuses_subnets(net: Ec2Network) -> None:
    service = "com.amazonaws.us-east-1.s3"
    refused = code_of(net.endpoint, service=service, VpcEndpointType="Gateway")
    assert refused == "InvalidParameter"


def test_requested_private_addresses_are_refused(net: Ec2Network) -> None:
    addresses = [{"SubnetId": net.subnets[0], "Ipv4": "10.0.0.8"}]
    assert code_of(net.endpoint, SubnetConfigurations=addresses) == "UnsupportedOperation"
