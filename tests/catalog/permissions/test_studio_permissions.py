"""What a role allows in Studio: own spaces and apps, the team's buckets, images, the key."""

import pytest

from catalog.permissions import studio_permissions
from settings import Feature
from studio_emulator.iam.conditions import Context
from tests.catalog.permissions.user_policies import (
    ACCOUNT,
    ECR,
    ELSEWHERE,
    HERE,
    KEY,
    ROLE,
    SAME_ACCOUNT,
    SM,
    SPACE,
    client_allows,
    passed_to,
    role_allows,
    space_of,
)
from tests.policy_evaluator import allows

IN_DOMAIN = {"sagemaker:DomainId": "d-1"}
MINE, THEIRS, OURS = (
    {**IN_DOMAIN, **space}
    for space in (space_of("alice"), space_of("bob"), space_of("alice", "Shared"))
)


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("sagemaker:CreateSpace", f"{SM}:space/d-1/x", MINE, True),
        ("sagemaker:CreateSpace", f"{SM}:space/d-1/x", THEIRS, False),
        ("sagemaker:UpdateSpace", f"{SM}:space/d-1/x", OURS, False),
        ("sagemaker:DeleteSpace", f"{SM}:space/d-2/x", MINE, False),
        ("sagemaker:CreateApp", f"{SM}:app/d-1/x/JupyterLab/default", MINE, True),
        ("sagemaker:CreateApp", f"{SM}:app/d-1/x/JupyterLab/default", THEIRS, False),
        ("sagemaker:CreateApp", f"{SM}:app/d-1/x/JupyterLab/default", OURS, False),
        ("sagemaker:DeleteApp", f"{SM}:app/d-1/x/JupyterLab/default", THEIRS, False),
        ("sagemaker:DeleteApp", f"{SM}:app/d-1/alice/JupyterLab/default", THEIRS, False),
        ("sagemaker:DeleteApp", f"{SM}:app/d-1/alice/KernelGateway/x", IN_DOMAIN, True),
        ("sagemaker:DeleteApp", f"{SM}:app/d-1/bob/KernelGateway/x", IN_DOMAIN, False),
        ("sagemaker:CreatePresignedDomainUrl", f"{SM}:user-profile/d-1/alice", HERE, True),
        ("sagemaker:CreatePresignedDomainUrl", f"{SM}:user-profile/d-2/alice", ELSEWHERE, False),
        ("sagemaker:CreatePresignedDomainUrl", f"{SM}:user-profile/d-1/bob", HERE, False),
        ("sagemaker:CreatePresignedDomainUrl", f"{SM}:user-profile/d-1/malice", HERE, False),
        ("sagemaker:UpdateDomain", f"{SM}:domain/d-1", {}, False),
        ("sagemaker:UpdateUserProfile", f"{SM}:user-profile/d-1/alice", {}, False),
        ("iam:PassRole", ROLE, passed_to("ssm"), True),
        ("iam:PassRole", ROLE, passed_to("sagemaker"), True),
        ("iam:PassRole", ROLE, passed_to("ec2"), False),
        ("iam:PassRole", ACCOUNT.role_arn("studio-user-bob"), passed_to("ssm"), False),
        ("s3:PutObject", "arn:aws:s3:::data/x", {}, True),
        ("s3:PutObject", "arn:aws:s3:::data-of-others/x", {}, False),
        ("s3:GetObject", "arn:aws:s3:::data/x", {}, True),
        ("s3:DeleteObject", "arn:aws:s3:::data/x", {}, True),
        ("s3:ListBucket", "arn:aws:s3:::data", {}, True),
        ("s3:PutBucketPolicy", "arn:aws:s3:::data", {}, False),
        ("ecr:BatchGetImage", f"{ECR}:123456789012:repository/studio/a", {}, True),
        ("ecr:BatchGetImage", f"{ECR}:123456789012:repository/other", SAME_ACCOUNT, False),
        ("kms:ScheduleKeyDeletion", KEY, {}, False),
    ],
)
def test_actions_of_the_role_of_a_user(
    action: str, resource: str, context: Context, allowed: bool
) -> None:
    assert role_allows(action, resource, context) is allowed


def test_a_user_tags_a_space_only_at_its_creation() -> None:
    """With a later tag, the user of another profile could connect."""
    creating = {**IN_DOMAIN, "sagemaker:TaggingAction": "CreateSpace"}
    for space in ("alice", "bob"):
        assert not role_allows("sagemaker:AddTags", SPACE.format(space), IN_DOMAIN, user="bob")
    assert role_allows("sagemaker:AddTags", SPACE.format("bob"), creating, user="bob")


def test_users_and_roles_can_use_the_key_of_the_domain() -> None:
    through = {"kms:ViaService": "sagemaker.us-east-1.amazonaws.com"}
    for allowed in (client_allows, role_allows):
        assert allowed("kms:CreateGrant", KEY, through)
        assert not allowed("kms:CreateGrant", KEY)
        assert not allowed("kms:Decrypt", KEY, through, features=[Feature.CONNECT])


def test_the_image_role_reads_only_repositories_of_the_deployment() -> None:
    statements = studio_permissions.image(ACCOUNT, name="studio", role=ROLE)
    repository = f"{ECR}:123456789012:repository/{{}}"
    assert allows(statements, "ecr:GetAuthorizationToken", "*")
    assert allows(statements, "ecr:BatchGetImage", repository.format("studio/slim"))
    assert not allows(statements, "ecr:BatchGetImage", repository.format("studio2/slim"))
    assert not allows(statements, "ecr:PutImage", repository.format("studio/slim"))
