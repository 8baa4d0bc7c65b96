"""Flow logs keep the options of their destination."""

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network


def test_options_of_the_destination(aws: Emulator, net: Ec2Network) -> None:
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
