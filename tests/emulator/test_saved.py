"""Saving and restoring all resources."""

import pytest

from studio_emulator.errors import UsageError
from studio_emulator.server import Emulator
from tests.emulator.samples import client_with, code_of, create_user, document, push, trust


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
    layers = [digest_of_layer(aws)]
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
    role = aws.client("iam").create_role(
        RoleName="images", AssumeRolePolicyDocument=document(trust())
    )["Role"]["Arn"]
    aws.client("sagemaker").create_image(ImageName="slow", RoleArn=role)
    with pytest.raises(UsageError, match="image slow is CREATING: wait"):
        aws.save()


def digest_of_layer(aws: Emulator) -> str:
    (image,) = aws.client("ecr").batch_get_image(
        repositoryName="one/slim", imageIds=[{"imageTag": "v1"}]
    )["images"]
    return str(image["imageManifest"].split('"digest": "')[-1].split('"')[0])
