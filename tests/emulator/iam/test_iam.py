"""The policies of a role: managed ones, its boundary, and its trust policy."""

from studio_emulator import iam
from studio_emulator.moto_internals import Role
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, allow, document, make_role, trust


def held(arn: str) -> Role:
    role = iam.role_named(ACCOUNT, arn)
    assert role is not None
    return role


def test_default_version_of_managed_policies_applies(aws: Emulator) -> None:
    client, arn = aws.client("iam"), make_role(aws, "reader")
    policy = client.create_policy(
        PolicyName="read", PolicyDocument=document(allow("ecr:BatchGetImage"))
    )
    policy_arn = policy["Policy"]["Arn"]
    client.attach_role_policy(RoleName="reader", PolicyArn=policy_arn)
    assert iam.allows(held(arn), "ecr:BatchGetImage", "*")
    client.create_policy_version(
        PolicyArn=policy_arn, PolicyDocument=document(allow("s3:GetObject")), SetAsDefault=True
    )
    assert not iam.allows(held(arn), "ecr:BatchGetImage", "*")


def test_aws_managed_policy_reads_images(aws: Emulator) -> None:
    arn = make_role(aws, "reader")
    aws.client("iam").attach_role_policy(
        RoleName="reader", PolicyArn="arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
    )
    assert iam.allows(held(arn), "ecr:BatchGetImage", "*")
    assert not iam.allows(held(arn), "iam:CreateUser", "*")


def test_permissions_boundary_limits_but_does_not_grant(aws: Emulator) -> None:
    client = aws.client("iam")
    boundary = client.create_policy(PolicyName="b", PolicyDocument=document(allow("ecr:*")))
    arn = make_role(aws, "reader", allow("s3:*"))
    client.put_role_permissions_boundary(
        RoleName="reader", PermissionsBoundary=boundary["Policy"]["Arn"]
    )
    assert not iam.allows(held(arn), "s3:GetObject", "arn:aws:s3:::b/k")
    assert not iam.allows(held(arn), "ecr:BatchGetImage", "*")
    client.put_role_policy(
        RoleName="reader", PolicyName="more", PolicyDocument=document(allow("ecr:*"))
    )
    assert iam.allows(held(arn), "ecr:BatchGetImage", "*")


def test_only_a_role_that_exists_can_be_assumed(aws: Emulator) -> None:
    by_images = {"ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:*"}}
    arn = make_role(aws, "reader", trusts=trust(Condition=by_images))

    def can_assume(role: str, region: str = "us-east-1") -> bool:
        image = f"arn:aws:sagemaker:{region}:{ACCOUNT}:image/slim"
        return bool(iam.can_assume(ACCOUNT, role, "sagemaker.amazonaws.com", source_arn=image))

    assert can_assume(arn)
    assert not can_assume(arn, "us-west-1")
    assert not can_assume(f"{arn}2")
