"""Tags and starts of instances that EC2 refuses; the options of flow logs."""

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of


def test_aws_tag_prefix_is_reserved(net: Ec2Network) -> None:
    tags = [{"Key": "aws:name", "Value": "x"}]
    code = code_of(net.ec2.create_tags, Resources=[net.vpc], Tags=tags)
    assert code == "InvalidParameterValue"


def test_terminated_instance_cannot_be_started(net: Ec2Network) -> None:
    image = net.ec2.register_image(Name="team")["ImageId"]
    made = net.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]
    ids = {"InstanceIds": [made["InstanceId"]]}
    net.ec2.terminate_instances(**ids)
    assert code_of(net.ec2.start_instances, **ids) == "IncorrectInstanceState"


def test_flow_logs_keep_the_options_of_their_destination(aws: Emulator, net: Ec2Network) -> None:
    aws.client("s3").create_bucket(Bucket="team-flows")
    options = {
        "FileFormat": "parquet",
        "HiveCompatiblePartitions": True,
        "PerHourPartition": True,
    }
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
