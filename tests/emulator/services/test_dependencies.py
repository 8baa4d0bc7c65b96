"""EC2 refuses to delete resources in use."""

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import REGION, code_of, refused


def test_subnet_has_one_route_table_and_main_table_cannot_be_deleted(net: Ec2Network) -> None:
    ec2, wanted = net.ec2, [{"Name": "vpc-id", "Values": [net.vpc]}]
    (main,) = ec2.describe_route_tables(Filters=wanted)["RouteTables"]
    refused("DependencyViolation", "", ec2.delete_route_table, RouteTableId=main["RouteTableId"])
    one, two = (
        ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"] for _ in range(2)
    )
    made = ec2.associate_route_table(RouteTableId=one, SubnetId=net.subnets[0])
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    foreign = ec2.create_route_table(VpcId=other)["RouteTable"]["RouteTableId"]
    elsewhere = {"RouteTableId": foreign, "SubnetId": net.subnets[1]}
    refused("InvalidParameterValue", "", ec2.associate_route_table, **elsewhere)
    association = main["Associations"][0]["RouteTableAssociationId"]
    refused("InvalidParameterValue", "", ec2.disassociate_route_table, AssociationId=association)
    again = code_of(ec2.associate_route_table, RouteTableId=two, SubnetId=net.subnets[0])
    assert again == "Resource.AlreadyAssociated"
    ec2.disassociate_route_table(AssociationId=made["AssociationId"])
    ec2.associate_route_table(RouteTableId=two, SubnetId=net.subnets[0])
    ec2.delete_route_table(RouteTableId=one)


def test_referenced_security_group_cannot_be_deleted(net: Ec2Network) -> None:
    ec2 = net.ec2
    other = net.new_group("o")
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


def test_default_security_group_cannot_be_deleted(net: Ec2Network) -> None:
    groups = net.ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [net.vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    assert code_of(net.ec2.delete_security_group, GroupId=groups[0]["GroupId"]) == "CannotDelete"


def test_resources_of_an_endpoint_cannot_be_deleted(net: Ec2Network) -> None:
    endpoint = net.endpoint()["VpcEndpointId"]
    assert code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0]) == "DependencyViolation"
    assert code_of(net.ec2.delete_security_group, GroupId=net.group) == "DependencyViolation"
    net.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    for subnet in net.subnets:
        net.ec2.delete_subnet(SubnetId=subnet)
    assert code_of(net.ec2.delete_vpc, VpcId=net.vpc) == "DependencyViolation"
    net.ec2.delete_security_group(GroupId=net.group)
    net.ec2.delete_vpc(VpcId=net.vpc)


def test_vpc_in_use_cannot_be_deleted(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = {"VpcId": ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]}

    def in_use() -> bool:
        return code_of(ec2.delete_vpc, **vpc) == "DependencyViolation"

    s3 = ec2.create_vpc_endpoint(**vpc, ServiceName=f"com.amazonaws.{REGION}.s3")["VpcEndpoint"]
    assert in_use()
    ec2.delete_vpc_endpoints(VpcEndpointIds=[s3["VpcEndpointId"]])
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, **vpc)
    assert in_use()
    ec2.detach_internet_gateway(InternetGatewayId=gateway, **vpc)
    acl = ec2.create_network_acl(**vpc)["NetworkAcl"]["NetworkAclId"]
    assert in_use()
    ec2.delete_network_acl(NetworkAclId=acl)
    ec2.delete_vpc(**vpc)
