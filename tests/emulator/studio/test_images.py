"""Images, through boto3."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import (
    ACCOUNT,
    READ_IMAGES,
    REGION,
    code_of,
    make_image,
    make_role,
    push,
    refusal,
    settled,
    trust,
)

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


def test_lifecycle(aws: Emulator, sagemaker: Any) -> None:
    created = make_image(aws, DisplayName="Slim", Description="A small one")
    assert created["ImageStatus"] == "CREATED"
    assert created["ImageArn"] == f"{ARN}:image/slim"
    sagemaker.update_image(ImageName="slim", DisplayName="Thin", DeleteProperties=["Description"])
    updated = settled(lambda: sagemaker.describe_image(ImageName="slim"), "ImageStatus")
    assert (updated["ImageStatus"], updated["DisplayName"]) == ("CREATED", "Thin")
    assert "Description" not in updated
    assert updated["LastModifiedTime"] > updated["CreationTime"]
    sagemaker.delete_image(ImageName="slim")
    sagemaker.get_waiter("image_deleted").wait(
        ImageName="slim", WaiterConfig={"Delay": 0, "MaxAttempts": 500}
    )
    assert sagemaker.list_images()["Images"] == []


def test_image_in_creation(aws: Emulator, sagemaker: Any) -> None:
    aws.options.update({"speed": 1.0})
    arn = make_role(aws, "reader")
    sagemaker.create_image(ImageName="slim", RoleArn=arn)
    assert sagemaker.describe_image(ImageName="slim")["ImageStatus"] == "CREATING"
    code, message = refusal(sagemaker.create_image_version, ImageName="slim", BaseImage="1.dkr/x:1")
    assert (code, message) == ("ValidationException", "Image slim is in an invalid state.")
    assert refusal(sagemaker.delete_image, ImageName="slim")[0] == "ResourceInUse"


@pytest.mark.parametrize("role", ["missing", "untrusting"])
def test_role_that_sagemaker_cannot_assume(aws: Emulator, sagemaker: Any, role: str) -> None:
    make_role(aws, "untrusting", READ_IMAGES, trusts=trust("ec2.amazonaws.com"))
    image = make_image(aws, role=f"arn:aws:iam::{ACCOUNT}:role/{role}")
    assert image["ImageStatus"] == "CREATE_FAILED"
    assert "sagemaker.amazonaws.com" in image["FailureReason"]
    code, message = refusal(
        sagemaker.create_image_version, ImageName="slim", BaseImage=push(aws, "studio/slim")
    )
    assert (code, message) == ("ValidationException", "Image slim is in an invalid state.")


def test_failed_update_keeps_the_image(aws: Emulator, sagemaker: Any) -> None:
    before = make_image(aws, DisplayName="Slim")
    sagemaker.update_image(
        ImageName="slim", RoleArn=f"arn:aws:iam::{ACCOUNT}:role/missing", DisplayName="Thin"
    )
    after = settled(lambda: sagemaker.describe_image(ImageName="slim"), "ImageStatus")
    assert after["ImageStatus"] == "UPDATE_FAILED"
    assert (after["RoleArn"], after["DisplayName"]) == (before["RoleArn"], "Slim")


def test_update_cannot_set_and_delete_a_text(aws: Emulator, sagemaker: Any) -> None:
    make_image(aws)
    both = {"DisplayName": "x", "DeleteProperties": ["DisplayName"]}
    assert code_of(sagemaker.update_image, ImageName="slim", **both) == "ValidationException"
