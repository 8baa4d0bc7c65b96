"""What a role allows for projects, packages, git and encryption."""

import pytest

from studio_emulator.iam.conditions import Context
from tests.catalog.permissions.user_policies import KEY, SM, role_allows

PROJECT = f"{SM}:project/x"
TEMPLATE = "arn:aws:s3:::sc-templates/x"
TOKEN = "sts:AWSServiceName"
LEVEL = "servicecatalog:userLevel"
TEMPLATE_TAG = "s3:ExistingObjectTag/servicecatalog:provisioning"


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("sagemaker:AddTags", PROJECT, {"sagemaker:TaggingAction": "CreateProject"}, True),
        ("sagemaker:AddTags", PROJECT, {}, False),
        ("servicecatalog:TerminateProvisionedProduct", "*", {LEVEL: "self"}, True),
        ("servicecatalog:TerminateProvisionedProduct", "*", {LEVEL: "account"}, False),
        ("s3:GetObject", TEMPLATE, {TEMPLATE_TAG: "true"}, True),
        ("s3:GetObject", TEMPLATE, {}, False),
        ("sts:GetServiceBearerToken", "*", {TOKEN: "codeartifact.amazonaws.com"}, True),
        ("sts:GetServiceBearerToken", "*", {TOKEN: "ecr.amazonaws.com"}, False),
        ("codecommit:GitPush", "arn:aws:codecommit:us-east-1:123456789012:studio-a", {}, True),
        ("codecommit:GitPush", "arn:aws:codecommit:us-east-1:123456789012:sagemaker-a", {}, True),
        ("codecommit:GitPush", "arn:aws:codecommit:us-east-1:123456789012:other", {}, False),
        ("kms:Encrypt", KEY, {}, True),
        ("kms:Encrypt", KEY.replace("01234567", "76543210"), {}, False),
    ],
)
def test_actions_of_the_role_of_a_user(
    action: str, resource: str, context: Context, allowed: bool
) -> None:
    assert role_allows(action, resource, context) is allowed
