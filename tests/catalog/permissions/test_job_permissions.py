"""What a role allows for jobs: in the VPC only, images of AWS, the SDK's bucket."""

import pytest

from studio_emulator.iam.conditions import Context
from tests.catalog.permissions.user_policies import (
    ECR,
    OTHER_ACCOUNT,
    SAME_ACCOUNT,
    SM,
    role_allows,
)

BUCKET = "arn:aws:s3:::sagemaker-us-east-1-123456789012"
JOB = f"{SM}:training-job/x"
IN_VPC = {"sagemaker:VpcSubnets": "subnet-1", "sagemaker:VpcSecurityGroupIds": "sg-1"}


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("CreateHyperParameterTuningJob", "hyper-parameter-tuning-job"),
        ("CreateModel", "model"),
        ("CreateProcessingJob", "processing-job"),
        ("CreateTrainingJob", "training-job"),
    ],
)
def test_jobs_and_models_must_name_subnets_and_security_groups(action: str, kind: str) -> None:
    allowed = [
        role_allows(f"sagemaker:{action}", f"{SM}:{kind}/x", context)
        for context in ({}, *({key: value} for key, value in IN_VPC.items()), IN_VPC)
    ]
    assert allowed == [False, False, False, True]


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("s3:PutObject", f"{BUCKET}/ssh-authorized-keys/alice/k.pub", SAME_ACCOUNT, False),
        ("s3:DeleteObject", f"{BUCKET}/ssh-authorized-keys/alice/k.pub", SAME_ACCOUNT, False),
        ("s3:DeleteObject", f"{BUCKET}/job/output", SAME_ACCOUNT, True),
        ("s3:PutObject", f"{BUCKET}/job/output", SAME_ACCOUNT, True),
        ("s3:PutObject", f"{BUCKET}/job/output", OTHER_ACCOUNT, False),
        ("ecr:BatchGetImage", f"{ECR}:763104351884:repository/pytorch", OTHER_ACCOUNT, True),
        ("sagemaker:AddTags", JOB, {}, False),
        ("sagemaker:AddTags", JOB, {"sagemaker:TaggingAction": "CreateTrainingJob"}, True),
    ],
)
def test_objects_images_and_tags_of_jobs(
    action: str, resource: str, context: Context, allowed: bool
) -> None:
    assert role_allows(action, resource, context) is allowed
