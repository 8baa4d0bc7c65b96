"""Tags, subnets and starts of instances that EC2 refuses; the options of flow logs."""

from functools import partial
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of, refused


def test_aws_tag_prefix_is_reserved(net: Ec2Network) -> None:
    tags = [{"Key": "aws:name", "Value": "x"}]
    refused("InvalidParameterValue", "", net.ec2.create_tags, Resources=[net.vpc], Tags=tags)


@pytest.mark.parametrize(
    ("kind", "keys"),
    [("vpc", ["aws:name"]), ("vpc", ["a", "a"]), ("subnet", ["a"]), ("vpc", map(str, range(51)))],
)
def test_tags_of_a_new_resource_are_checked(net: Ec2Network, kind: str, keys: Any) -> None:
    tags = [{"Key": key, "Value": "x"} for key in keys]
    asked = [{"ResourceType": kind, "Tags": tags}]
    code = code_of(net.ec2.create_vpc, CidrBlock="10.1.0.0/16", TagSpecifications=asked)
    assert code == ("TagLimitExceeded" if len(tags) > 50 else "InvalidParameterValue")


def test_dns_attributes_of_a_vpc(net: Ec2Network) -> None:
    modify = partial(net.ec2.modify_vpc_attribute, VpcId=net.vpc)
    on, off = {"Value": True}, {"Value": False}
    both = {"EnableDnsHostnames": on, "EnableDnsSupport": on}
    assert code_of(modify, **both) == "InvalidParameterCombination"
    assert code_of(modify) == "InvalidParameterCombination"
    modify(EnableDnsHostnames=off)
    modify(EnableDnsSupport=off)
    assert code_of(modify, EnableDnsHostnames=on) == "InvalidParameterCombination"
    modify(EnableDnsSupport=on)
    modify(EnableDnsHostnames=on)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"CidrBlock": "10.0.9.0/24", "AvailabilityZone": "eu-west-1a"}, "InvalidParameterValue"),
        ({"CidrBlock": "10.0.9.0/24", "AvailabilityZoneId": "euw1-az1"}, "InvalidParameterValue"),
        ({"CidrBlock": "10.0.9.0/29"}, "InvalidSubnet.Range"),
    ],
)
def test_invalid_subnets_are_refused(net: Ec2Network, params: dict[str, Any], code: str) -> None:
    assert code_of(net.ec2.create_subnet, VpcId=net.vpc, **params) == code


def test_default_zone_is_in_the_region(aws: Emulator) -> None:
    ec2 = aws.client("ec2", region="eu-central-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]
    assert subnet["AvailabilityZone"] == "eu-central-1a"


def test_terminated_instance_cannot_be_started(net: Ec2Network) -> None:
    image = net.ec2.register_image(Name="team")["ImageId"]
    made = net.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]
    ids = {"InstanceIds": [made["InstanceId"]]}
    net.ec2.terminate_instances(**ids)
    assert code_of(net.ec2.start_instances, **ids) == "IncorrectInstanceState"


def test_flow_logs_keep_the_options_of_their_destination(aws: Emulator, net: Ec2Network) -> None:
    aws.client("s3").create_bucket(Bucket="team-flows")
    options = {"FileFormat": "parquet", "HiveCompatiblePartitions": True, "PerHourPartition": True}
    net.ec2.create_flow_logs(
        ResourceIds=[net.vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::team-flows",
        DestinationOptions=options,
    )
    (flow,) = net.ec2.describe_flow_logs()["FlowLogs"]
    assert flow["DestinationOptions"] == options
