"""The services for VPC endpoints: names, zones and filters."""

import pytest

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import STS, Ec2Network
from tests.emulator.samples import refused


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
    unknown = {"ServiceNames": ["com.amazonaws.x"]}
    refused("InvalidServiceName", "", ec2.describe_vpc_endpoint_services, **unknown)
    wrong = [{"Name": "colour", "Values": ["red"]}]
    refused("InvalidParameterValue", "", ec2.describe_vpc_endpoint_services, Filters=wrong)


def test_names_in_china(aws: Emulator) -> None:
    ec2 = aws.client("ec2", region="cn-north-1")
    names = ec2.describe_vpc_endpoint_services()["ServiceNames"]
    assert {"cn.com.amazonaws.cn-north-1.sts", "com.amazonaws.cn-north-1.logs"} <= set(names)
    assert "aws.sagemaker.cn-north-1.studio" in names


def test_service_of_the_account(aws: Emulator, net: Ec2Network) -> None:
    balancer = aws.client("elbv2").create_load_balancer(
        Name="team", Type="network", Subnets=[net.subnets[0]]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    own = net.ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[balancer])
    name = own["ServiceConfiguration"]["ServiceName"]
    (shown,) = net.ec2.describe_vpc_endpoint_services(ServiceNames=[name])["ServiceDetails"]
    assert shown["ServiceName"] == name
    assert net.endpoint(name, PrivateDnsEnabled=False)["ServiceName"] == name
