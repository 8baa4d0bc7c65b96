"""Corrections of moto's answers: states of routes, filters of endpoints, rules by id."""

from tests.emulator.ec2_network import API, Ec2Network
from tests.emulator.samples import code_of


def test_route_without_its_target_is_a_blackhole(net: Ec2Network) -> None:
    ec2 = net.ec2
    table = ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    attached = {"InternetGatewayId": gateway, "VpcId": net.vpc}
    ec2.attach_internet_gateway(**attached)
    nat = ec2.create_nat_gateway(SubnetId=net.subnets[0], ConnectivityType="private")
    nat_id = nat["NatGateway"]["NatGatewayId"]
    for block, target in (
        ("10.1.0.0/16", {"GatewayId": gateway}),
        ("10.2.0.0/16", {"NatGatewayId": nat_id}),
    ):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=block, **target)

    def states() -> list[str]:
        (shown,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        return [route["State"] for route in shown["Routes"]]

    assert states() == ["active", "active", "active"]
    ec2.detach_internet_gateway(**attached)
    assert states() == ["active", "blackhole", "active"]
    ec2.delete_nat_gateway(NatGatewayId=nat_id)
    assert states() == ["active", "blackhole", "blackhole"]


def test_endpoints_by_the_filter_of_their_id(net: Ec2Network) -> None:
    made, _ = net.endpoint()["VpcEndpointId"], net.endpoint(API)
    filters = [{"Name": "vpc-endpoint-id", "Values": [made]}]
    found = net.ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
    assert [endpoint["VpcEndpointId"] for endpoint in found] == [made]


def test_rules_by_id(net: Ec2Network) -> None:
    ec2, describe = net.ec2, net.ec2.describe_security_group_rules
    rules = {}
    for name in ("alice", "bob"):
        group = net.new_group(name)
        (rule,) = ec2.authorize_security_group_ingress(
            GroupId=group, IpProtocol="tcp", FromPort=1, ToPort=2, CidrIp="10.0.0.0/8"
        )["SecurityGroupRules"]
        rules[group] = rule["SecurityGroupRuleId"]
        found = describe(SecurityGroupRuleIds=[rules[group]])
        assert [each["GroupId"] for each in found["SecurityGroupRules"]] == [group]
        listed = describe(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
        assert {each["GroupId"] for each in listed} == {group}
        assert rules[group] in {each["SecurityGroupRuleId"] for each in listed}
    both = describe(SecurityGroupRuleIds=list(rules.values()))
    assert {each["GroupId"] for each in both["SecurityGroupRules"]} == set(rules)
    ec2.delete_security_group(GroupId=group)
    code = code_of(describe, SecurityGroupRuleIds=[rules[group]])
    assert code == "InvalidSecurityGroupRuleId.NotFound"
