"""EC2 beyond moto: endpoints, zones, security groups, and resources in use."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from studio_emulator.saved import Saved
from studio_emulator.server import Emulator
from tests.emulator.samples import code_of, refusal

STS = "com.amazonaws.us-east-1.sts"
API = "com.amazonaws.us-east-1.sagemaker.api"


@dataclass(frozen=True)
class Network:
    """A VPC with subnets in three zones; the last zone does not offer all endpoint services."""

    ec2: Any
    vpc: str
    subnets: tuple[str, ...]
    group: str

    def endpoint(self, service: str = STS, **changes: Any) -> dict[str, Any]:
        wanted = {
            "VpcId": self.vpc,
            "VpcEndpointType": "Interface",
            "SubnetIds": [self.subnets[0]],
            "SecurityGroupIds": [self.group],
            "PrivateDnsEnabled": True,
        }
        made = self.ec2.create_vpc_endpoint(ServiceName=service, **(wanted | changes))
        return dict(made["VpcEndpoint"])


@pytest.fixture(scope="module")
def created(aws_of_file: Emulator) -> tuple[Network, Saved]:
    ec2 = aws_of_file.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnets = tuple(
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{letter}"
        )["Subnet"]["SubnetId"]
        for number, letter in enumerate("abe")
    )
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    return Network(ec2=ec2, vpc=vpc, subnets=subnets, group=group), aws_of_file.save()


@pytest.fixture
def net(aws: Emulator, created: tuple[Network, Saved]) -> Network:
    network, saved = created
    aws.restore(saved)
    return network


@pytest.mark.parametrize(
    ("operation", "member", "prefix", "noun"),
    [
        ("describe_vpcs", "VpcIds", "vpc", "vpc ID"),
        ("describe_subnets", "SubnetIds", "subnet", "subnet ID"),
        ("describe_security_groups", "GroupIds", "sg", "security group"),
        ("describe_addresses", "AllocationIds", "eipalloc", "allocation ID"),
        ("describe_volumes", "VolumeIds", "vol", "volume"),
    ],
)
def test_unknown_ids_are_named(
    net: Network, operation: str, member: str, prefix: str, noun: str
) -> None:
    known = {"VpcIds": [net.vpc], "SubnetIds": [net.subnets[0]], "GroupIds": [net.group]}
    one, other = (f"{prefix}-{digit * 17}" for digit in "01")
    for asked, words in (
        ([*known.get(member, []), one], f"The {noun} '{one}' does not exist"),
        ([other, one], f"The {noun}s '{other}, {one}' do not exist"),
    ):
        assert refusal(getattr(net.ec2, operation), **{member: asked})[1] == words


def test_dry_run_changes_nothing(net: Network) -> None:
    made = {"VpcId": net.vpc, "CidrBlock": "10.0.9.0/24"}
    assert code_of(net.ec2.create_subnet, **made, DryRun=True) == "DryRunOperation"
    assert code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0], DryRun=True) == "DryRunOperation"
    shown = net.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [net.vpc]}])["Subnets"]
    assert {subnet["SubnetId"] for subnet in shown} == set(net.subnets)


def test_dry_run_returns_the_error_of_the_request(net: Network) -> None:
    net.endpoint()
    in_use = code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0], DryRun=True)
    absent = code_of(net.ec2.delete_subnet, SubnetId="subnet-0123456789abcdef0", DryRun=True)
    assert (in_use, absent) == ("DependencyViolation", "InvalidSubnetID.NotFound")


def test_services_and_their_zones(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    studio = "aws.sagemaker.us-east-1.studio"
    found = ec2.describe_vpc_endpoint_services(ServiceNames=[studio, STS])["ServiceDetails"]
    zones = {detail["ServiceName"]: detail["AvailabilityZones"] for detail in found}
    assert "us-east-1e" in zones[STS]
    assert "us-east-1e" not in zones[studio]
    assert "us-east-1a" in zones[studio]


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-gov-west-1"])
def test_studio_endpoint_services_exist_in_every_region(aws: Emulator, region: str) -> None:
    names = aws.client("ec2", region=region).describe_vpc_endpoint_services()["ServiceNames"]
    wanted = (
        "sagemaker.api sagemaker.runtime s3 sts logs ssm ssmmessages ec2messages "
        "servicecatalog ecr.api ecr.dkr kms codeartifact.api codeartifact.repositories "
        "git-codecommit"
    )
    assert {f"com.amazonaws.{region}.{label}" for label in wanted.split()} <= set(names)
    assert f"aws.sagemaker.{region}.studio" in names


def test_service_filters(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    found = ec2.describe_vpc_endpoint_services(
        Filters=[
            {"Name": "service-name", "Values": ["com.amazonaws.us-east-1.s3"]},
            {"Name": "service-type", "Values": ["Gateway"]},
        ]
    )["ServiceDetails"]
    assert [detail["ServiceType"] for detail in found] == [[{"ServiceType": "Gateway"}]]
    refused = code_of(ec2.describe_vpc_endpoint_services, ServiceNames=["com.amazonaws.x"])
    assert refused == "InvalidServiceName"


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
    net: Network, service: str, changes: dict[str, Any], words: str
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
def test_dns_names_of_an_endpoint(net: Network, service: str, base: str, private: str) -> None:
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


def test_private_dns_requirements(net: Network) -> None:
    net.endpoint()
    with pytest.raises(ClientError, match=r"conflicting DNS domain for sts.us-east-1.amazonaws"):
        net.endpoint(SubnetIds=[net.subnets[1]])
    net.endpoint(SubnetIds=[net.subnets[1]], PrivateDnsEnabled=False)
    net.ec2.modify_vpc_attribute(VpcId=net.vpc, EnableDnsHostnames={"Value": False})
    with pytest.raises(ClientError, match="requires both enableDnsSupport and enableDnsHostnames"):
        net.endpoint("com.amazonaws.us-east-1.logs")


def test_interfaces_of_an_endpoint(net: Network) -> None:
    made = net.endpoint(SubnetIds=list(net.subnets[:2]))
    found = net.ec2.describe_network_interfaces(NetworkInterfaceIds=made["NetworkInterfaceIds"])
    interfaces = sorted(found["NetworkInterfaces"], key=lambda shown: shown["SubnetId"])
    assert {shown["SubnetId"] for shown in interfaces} == set(net.subnets[:2])
    for shown in interfaces:
        assert shown["RequesterManaged"] is True
        assert shown["Status"] == "in-use"
        assert shown["InterfaceType"] == "vpc_endpoint"
        assert [group["GroupId"] for group in shown["Groups"]] == [net.group]
        assert shown["PrivateIpAddress"].startswith(("10.0.0.", "10.0.1."))
        assert (
            code_of(
                net.ec2.delete_network_interface, NetworkInterfaceId=shown["NetworkInterfaceId"]
            )
            == "InvalidParameterValue"
        )


def test_endpoint_stores_its_address_types(net: Network) -> None:
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


def test_resources_of_an_endpoint_cannot_be_deleted(net: Network) -> None:
    endpoint = net.endpoint()["VpcEndpointId"]
    assert code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0]) == "DependencyViolation"
    assert code_of(net.ec2.delete_security_group, GroupId=net.group) == "DependencyViolation"
    net.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    with pytest.raises(ClientError, match=r"InvalidVpcEndpointId.NotFound"):
        net.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])
    for subnet in net.subnets:
        net.ec2.delete_subnet(SubnetId=subnet)
    assert code_of(net.ec2.delete_vpc, VpcId=net.vpc) == "DependencyViolation"
    net.ec2.delete_security_group(GroupId=net.group)
    net.ec2.delete_vpc(VpcId=net.vpc)


def test_modified_endpoint_changes_its_interfaces(net: Network) -> None:
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


def test_gateway_endpoint_adds_and_deletes_routes(net: Network) -> None:
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


def test_referenced_security_group_cannot_be_deleted(net: Network) -> None:
    ec2 = net.ec2
    other = ec2.create_security_group(GroupName="o", Description="o", VpcId=net.vpc)["GroupId"]
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 2049,
        "ToPort": 2049,
        "UserIdGroupPairs": [{"GroupId": net.group, "Description": "NFS"}],
    }
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[permission])
    assert code_of(ec2.delete_security_group, GroupId=net.group) == "DependencyViolation"
    ec2.revoke_security_group_ingress(GroupId=other, IpPermissions=[permission])
    ec2.delete_security_group(GroupId=net.group)


def test_default_security_group_cannot_be_deleted(net: Network) -> None:
    groups = net.ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [net.vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    assert code_of(net.ec2.delete_security_group, GroupId=groups[0]["GroupId"]) == "CannotDelete"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"UserIdGroupPairs": [{"GroupId": "sg-00000000"}]}, "InvalidGroup.NotFound"),
        ({"PrefixListIds": [{"PrefixListId": "pl-00000000"}]}, "InvalidPrefixListID.NotFound"),
    ],
)
def test_rule_sources_must_exist(net: Network, source: dict[str, Any], code: str) -> None:
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443} | source
    found = code_of(
        net.ec2.authorize_security_group_egress, GroupId=net.group, IpPermissions=[permission]
    )
    assert found == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"IpProtocol": "foo"}, "InvalidParameterValue"),
        ({"FromPort": 70000, "ToPort": 70001}, "InvalidParameterValue"),
        ({"FromPort": 5, "ToPort": 1}, "InvalidParameterValue"),
        ({"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "é"}]}, "InvalidParameterValue"),
        ({"IpRanges": []}, "InvalidPermission.Malformed"),
    ],
)
def test_invalid_rules_are_refused(net: Network, change: dict[str, Any], code: str) -> None:
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 5,
        "ToPort": 5,
        "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "one"}],
    }
    authorize = net.ec2.authorize_security_group_ingress
    assert code_of(authorize, GroupId=net.group, IpPermissions=[rule | change]) == code
    authorize(GroupId=net.group, IpPermissions=[rule])


@pytest.mark.parametrize("change", [{"GroupName": "sg-x"}, {"Description": "é"}])
def test_names_of_groups(net: Network, change: dict[str, str]) -> None:
    named = {"GroupName": "more", "Description": "more", "VpcId": net.vpc} | change
    assert code_of(net.ec2.create_security_group, **named) == "InvalidParameterValue"


def test_subnet_has_one_route_table_and_main_table_cannot_be_deleted(net: Network) -> None:
    ec2, wanted = net.ec2, [{"Name": "vpc-id", "Values": [net.vpc]}]
    (main,) = ec2.describe_route_tables(Filters=wanted)["RouteTables"]
    assert code_of(ec2.delete_route_table, RouteTableId=main["RouteTableId"]) == (
        "DependencyViolation"
    )
    one, two = (
        ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"] for _ in range(2)
    )
    made = ec2.associate_route_table(RouteTableId=one, SubnetId=net.subnets[0])
    again = code_of(ec2.associate_route_table, RouteTableId=two, SubnetId=net.subnets[0])
    assert again == "Resource.AlreadyAssociated"
    ec2.disassociate_route_table(AssociationId=made["AssociationId"])
    ec2.associate_route_table(RouteTableId=two, SubnetId=net.subnets[0])
    ec2.delete_route_table(RouteTableId=one)


def test_gateway_endpoint_refuses_subnets(net: Network) -> None:
    service = "com.amazonaws.us-east-1.s3"
    refused = code_of(net.endpoint, service=service, VpcEndpointType="Gateway")
    assert refused == "InvalidParameter"


def test_every_rule_keeps_its_description(net: Network) -> None:
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


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"CidrBlock": "10.0.9.0/24", "AvailabilityZone": "eu-west-1a"}, "InvalidParameterValue"),
        ({"CidrBlock": "10.0.9.0/29"}, "InvalidSubnet.Range"),
        ({"CidrBlock": "10.9.0.0/24"}, "InvalidSubnet.Range"),
        ({"CidrBlock": "10.0.0.0/25"}, "InvalidSubnet.Conflict"),
    ],
)
def test_invalid_subnets_are_refused(net: Network, params: dict[str, Any], code: str) -> None:
    assert code_of(net.ec2.create_subnet, VpcId=net.vpc, **params) == code


def test_default_zone_is_in_the_region(aws: Emulator) -> None:
    ec2 = aws.client("ec2", region="eu-central-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]
    assert subnet["AvailabilityZone"] == "eu-central-1a"


def test_mount_target_has_an_interface_in_the_subnet(aws: Emulator, net: Network) -> None:
    efs = aws.client("efs")
    system = efs.create_file_system(CreationToken="one")["FileSystemId"]
    target = efs.create_mount_target(
        FileSystemId=system, SubnetId=net.subnets[0], SecurityGroups=[net.group]
    )
    shown = net.ec2.describe_network_interfaces(NetworkInterfaceIds=[target["NetworkInterfaceId"]])[
        "NetworkInterfaces"
    ][0]
    assert shown["Description"] == f"EFS mount target for {system} ({target['MountTargetId']})"
    assert shown["PrivateIpAddress"] == target["IpAddress"]
    assert code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0]) == "DependencyViolation"


def test_inventory_of_a_network(aws: Emulator, net: Network) -> None:
    net.endpoint()
    assert sorted(item.type for item in aws.inventory()) == [
        "network-interface",
        "security-group",
        "subnet",
        "subnet",
        "subnet",
        "vpc",
        "vpc-endpoint",
    ]


def test_deleting_a_nat_gateway_deletes_its_interface(aws: Emulator, net: Network) -> None:
    address = net.ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = net.ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=address)["NatGateway"]
    gateway = {"NatGatewayId": made["NatGatewayId"]}
    (interface,) = net.ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert interface["InterfaceType"] == "nat_gateway"
    assert made["NatGatewayAddresses"][0]["PrivateIp"].startswith("10.0.0.")
    assert code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0]) == "DependencyViolation"
    net.ec2.delete_nat_gateway(**gateway)
    net.ec2.delete_subnet(SubnetId=net.subnets[0])
    assert "AssociationId" not in net.ec2.describe_addresses()["Addresses"][0]
    assert {item.type for item in aws.inventory()} == {
        "elastic-ip",
        "security-group",
        "subnet",
        "vpc",
    }
    assert code_of(net.ec2.delete_nat_gateway, **gateway) == "NatGatewayNotFound"


def test_instance_types_and_offerings_load_on_access(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    (medium,) = ec2.describe_instance_types(InstanceTypes=["t3.medium"])["InstanceTypes"]
    assert medium["MemoryInfo"]["SizeInMiB"] == 4096
    for location, kind in (("us-east-1", "region"), ("use1-az1", "availability-zone-id")):
        offered = ec2.describe_instance_type_offerings(
            LocationType=kind,
            Filters=[
                {"Name": "instance-type", "Values": ["t3.medium"]},
                {"Name": "location", "Values": [location]},
            ],
        )["InstanceTypeOfferings"]
        assert offered == [
            {"InstanceType": "t3.medium", "LocationType": kind, "Location": location}
        ]
    elsewhere = aws.client("ec2", region="eu-west-1").describe_instance_type_offerings()
    assert {each["Location"] for each in elsewhere["InstanceTypeOfferings"]} == {"eu-west-1"}
