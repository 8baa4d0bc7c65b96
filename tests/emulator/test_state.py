"""The inventory of all resources; their deletion; saving and restoring them."""

import json

import pytest

from studio_emulator.errors import UsageError
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import digest_of
from tests.emulator.samples import call_admin, client_with, code_of, create_user, make_role, push


def test_reset_leaves_a_new_account_and_the_options(aws: Emulator) -> None:
    aws.options.update({"max_apps": 7})
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
    assert (aws.inventory(), aws.options.max_apps) == ([], 7)


def test_restore_replaces_all_resources(aws: Emulator) -> None:
    ec2, ecr, s3 = aws.client("ec2"), aws.client("ecr"), aws.client("s3")
    key = {"Bucket": "notebooks", "Key": "one"}
    s3.create_bucket(Bucket="notebooks")
    s3.put_object(**key, Body=b"kept")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    push(aws, "one/slim")
    config = {"AppImageConfigName": "slim"}
    sagemaker = aws.client("sagemaker")
    sagemaker.create_app_image_config(**config)
    layers = [digest_of(b"a layer")]
    nobody = client_with(aws, "s3", create_user(aws, "alice"))
    before, saved = aws.inventory(), aws.save()
    for _ in range(2):
        ec2.delete_vpc(VpcId=vpc)
        s3.put_object(**key, Body=b"changed")
        ecr.delete_repository(repositoryName="one/slim", force=True)
        ec2.create_vpc(CidrBlock="10.8.0.0/16")
        sagemaker.delete_app_image_config(**config)
        assert aws.inventory() != before
        aws.restore(saved)
        assert aws.inventory() == before
        (found,) = ecr.batch_check_layer_availability(
            repositoryName="one/slim", layerDigests=layers
        )["layers"]
        assert found["layerAvailability"] == "AVAILABLE"
        assert s3.get_object(**key)["Body"].read() == b"kept"
        assert code_of(nobody.get_object, **key) == "AccessDenied"
        assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"] == "10.9.0.0/16"


def test_save_fails_while_an_operation_is_in_progress(aws: Emulator) -> None:
    aws.options.update({"speed": 0.001})
    aws.client("sagemaker").create_image(ImageName="slow", RoleArn=make_role(aws, "images"))
    with pytest.raises(UsageError, match="image slow is CREATING: wait"):
        aws.save()
