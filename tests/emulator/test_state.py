"""The inventory of all resources, and their deletion."""

import json

from studio_emulator.server import Emulator
from tests.emulator.samples import call_admin


def test_reset_leaves_a_new_account(aws: Emulator) -> None:
    assert aws.inventory() == []
    aws.client("kms").describe_key(KeyId="alias/aws/s3")
    assert aws.inventory() == [], "a key that AWS makes for itself"
    aws.client("s3").create_bucket(Bucket="a-bucket-of-ours")
    aws.client("kms").create_key()
    aws.client("logs").create_log_group(logGroupName="/group")
    aws.client("ssm").put_parameter(Name="/one", Value="1", Type="String")
    aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    aws.client("sagemaker").create_app_image_config(AppImageConfigName="slim")
    listed = json.loads(call_admin(aws, "inventory")[1])
    assert [(item["service"], item["type"]) for item in listed] == [
        ("ec2", "vpc"),
        ("kms", "key"),
        ("logs", "log-group"),
        ("s3", "bucket"),
        ("sagemaker", "app-image-config"),
        ("ssm", "parameter"),
    ]
    call_admin(aws, "reset", {}, "POST")
    assert aws.inventory() == []
