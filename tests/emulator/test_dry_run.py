"""DryRun of EC2's requests."""

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.registry.oci import Raw
from tests.emulator.samples import allow, client_with, code_of, create_user, refusal, signed


def test_dry_run_changes_nothing(net: Ec2Network) -> None:
    made = {"VpcId": net.vpc, "CidrBlock": "10.0.9.0/24"}
    assert code_of(net.ec2.create_subnet, **made, DryRun=True) == "DryRunOperation"
    assert code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0], DryRun=True) == "DryRunOperation"
    shown = net.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [net.vpc]}])["Subnets"]
    assert {subnet["SubnetId"] for subnet in shown} == set(net.subnets)


def test_dry_run_returns_the_error_of_the_request(net: Ec2Network) -> None:
    net.endpoint()
    in_use = code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0], DryRun=True)
    absent = code_of(net.ec2.delete_subnet, SubnetId="subnet-0123456789abcdef0", DryRun=True)
    assert (in_use, absent) == ("DependencyViolation", "InvalidSubnetID.NotFound")


def test_dry_run_checks_the_callers_policies(aws: Emulator) -> None:
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    on = allow("ec2:DeleteVpc", resource=f"arn:aws:ec2:*:*:vpc/{vpc}")
    for name, statements, code in (
        ("one", [on], "DryRunOperation"),
        ("two", [allow("ec2:DescribeVpcs")], "UnauthorizedOperation"),
    ):
        ec2 = client_with(aws, "ec2", create_user(aws, name, *statements))
        assert refusal(ec2.delete_vpc, VpcId=vpc, DryRun=True)[0] == code


def test_dry_run_in_the_url(aws: Emulator) -> None:
    path = "/?Action=DescribeVpcs&DryRun=true&Version=2016-11-15"
    reply = Raw(aws.endpoint_url)("GET", path, b"", **signed("ec2"))
    assert (reply.status, b"DryRunOperation" in reply.body) == (412, True)
