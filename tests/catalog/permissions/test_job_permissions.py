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
    ("action", "resource", "context", "allowed"),
    [
        ("s3:PutObject", f"{BUCKET}/ssh-authorized-keys/alice/k.pub", SAME_ACCOUNT, False),
        ("s3:DeleteObject", f"{BUCKET}/ssh-authorized-keys/alice/k.pub", SAME_ACCOUNT, False),
        ("s3:DeleteObject", f"{BUCKET}/job/output", SAME_ACCOUNT, True),
        ("s3:PutObject", f"{BUCKET}/job/output", SAME_ACCOUNT, True),
        ("s3:PutObject", f"{BUCKET}/job/output", OTHER_ACCOUNT, False),
        ("ecr:BatchGetImage", f"{ECR}:763104351884:repository/pytorch", OTHER_ACCOUNT, True),
        ("sagemaker:CreateTrainingJob", JOB, {}, False),
        ("sagemaker:CreateTrainingJob", JOB, IN_VPC, True),
        ("sagemaker:AddTags", JOB, {}, False),
        ("sagemaker:AddTags", JOB, {"sagemaker:TaggingAction": "CreateTrainingJob"}, True),
    ],
)
def test_actions_of_the_role_of_a_user(
    action: str, resource: str, context: Context, allowed: bool
) -> None:
    assert role_allows(action, resource, context) is allowed
