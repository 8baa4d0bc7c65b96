"""Fixtures: Studio without a server, clients, apps that are processes, a VPC, a registry."""

from collections.abc import Iterator
from typing import Any

import pytest

from studio_emulator.runtime import running_apps
from studio_emulator.server import Emulator
from studio_emulator.state import Saved
from tests.conftest import new_account
from tests.emulator.control_plane import ControlPlane
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.registry.oci import Raw, make_repository, password_of


@pytest.fixture
def studio() -> ControlPlane:
    return ControlPlane()


@pytest.fixture
def sagemaker(aws: Emulator) -> Any:
    return aws.client("sagemaker")


@pytest.fixture(scope="session")
def saved_network(_emulator: Emulator) -> tuple[Ec2Network, Saved]:
    new_account(_emulator)
    ec2 = _emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnets = tuple(
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{letter}"
        )["Subnet"]["SubnetId"]
        for number, letter in enumerate("abe")
    )
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    return Ec2Network(ec2=ec2, vpc=vpc, subnets=subnets, group=group), _emulator.save()


@pytest.fixture
def net(aws: Emulator, saved_network: tuple[Ec2Network, Saved]) -> Ec2Network:
    """A VPC in a new account."""
    network, saved = saved_network
    aws.restore(saved)
    return network


@pytest.fixture
def s3(aws: Emulator) -> Any:
    """A client, and a bucket."""
    client = aws.client("s3")
    client.create_bucket(Bucket="a-bucket")
    return client


@pytest.fixture
def ecr(aws: Emulator) -> Any:
    return aws.client("ecr")


@pytest.fixture
def raw(aws: Emulator, ecr: Any) -> Raw:
    """A client with a token, and a repository to push to."""
    make_repository(ecr)
    return Raw(aws.endpoint_url, password_of(ecr))


@pytest.fixture
def processes(aws: Emulator) -> Iterator[None]:
    """Apps are processes of this machine during the test."""
    aws.options.update({"apps": "processes"})
    yield
    running_apps.reset()
    aws.options.update({"apps": "off"})
