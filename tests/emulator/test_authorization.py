"""The permissions that a request requires; the root user requires none."""

from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import (
    ACCOUNT,
    REGION,
    allow,
    client_with,
    create_user,
    document,
    grant,
    make_role,
    refusal,
)

ROLE = f"arn:aws:iam::{ACCOUNT}:role/lab-user"


@pytest.fixture
def client_of(aws: Emulator) -> Callable[..., Any]:
    """A client of a new user with these statements."""

    def client(service: str, *statements: dict[str, Any]) -> Any:
        return client_with(aws, service, create_user(aws, "pipeline", *statements))

    return client


def test_caller_identity_needs_no_permission_and_root_none(
    aws: Emulator, client_of: Callable[..., Any]
) -> None:
    assert client_of("sts").get_caller_identity()["Arn"].endswith(":user/pipeline")
    assert aws.client("ec2").describe_vpcs()["Vpcs"]


def test_resource_tag_condition(aws: Emulator, client_of: Callable[..., Any]) -> None:
    lab = {"aws:ResourceTag/StudioDeployment": "lab"}
    ec2 = client_of("ec2", allow("ec2:DeleteVpc", StringEquals=lab), allow("ec2:CreateVpc"))
    (own, other) = (
        aws.client("ec2").create_vpc(
            CidrBlock="10.0.0.0/16",
            TagSpecifications=[
                {"ResourceType": "vpc", "Tags": [{"Key": "StudioDeployment", "Value": name}]}
            ],
        )["Vpc"]["VpcId"]
        for name in ("lab", "other")
    )
    ec2.delete_vpc(VpcId=own)
    assert refusal(ec2.delete_vpc, VpcId=other)[0] == "UnauthorizedOperation"
    vpc = {"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "lab"}]}
    _, message = refusal(ec2.create_vpc, CidrBlock="10.1.0.0/16", TagSpecifications=[vpc])
    assert "ec2:CreateTags" in message


def test_s3_permissions_for_keys_and_prefixes(aws: Emulator, client_of: Callable[..., Any]) -> None:
    aws.client("s3").create_bucket(Bucket="team-state")
    s3 = client_of(
        "s3",
        allow("s3:PutObject", "s3:GetObject", resource="arn:aws:s3:::team-state/lab/*"),
        allow(
            "s3:ListBucket",
            resource="arn:aws:s3:::team-state",
            StringLike={"s3:prefix": "lab/*"},
        ),
    )
    s3.put_object(Bucket="team-state", Key="lab/network.tfstate", Body=b"{}")
    assert s3.get_object(Bucket="team-state", Key="lab/network.tfstate")["Body"].read() == b"{}"
    assert s3.list_objects_v2(Bucket="team-state", Prefix="lab/")["KeyCount"] == 1
    for call, given in (
        (s3.put_object, {"Key": "other", "Body": b""}),
        (s3.delete_object, {"Key": "lab/network.tfstate"}),
        (s3.list_objects_v2, {}),
    ):
        assert refusal(call, Bucket="team-state", **given)[0] == "AccessDenied"


def test_tags_on_create_require_permission(aws: Emulator, client_of: Callable[..., Any]) -> None:
    logs = client_of("logs", allow("logs:CreateLogGroup"))
    _, message = refusal(logs.create_log_group, logGroupName="lab", tags={"Name": "lab"})
    assert "logs:TagResource" in message
    logs.create_log_group(logGroupName="lab")
    assert [group["logGroupName"] for group in all_groups(aws)] == ["lab"]


def test_encryption_requires_permission_for_the_key(
    aws: Emulator, client_of: Callable[..., Any]
) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    encrypted = {"encryptionType": "KMS", "kmsKey": key}
    of_ecr = {"kms:ViaService": f"ecr.{REGION}.amazonaws.com"}
    may_grant = allow("kms:CreateGrant", "kms:DescribeKey", resource=key, StringEquals=of_ecr)
    ecr = client_of("ecr", allow("ecr:CreateRepository"))
    _, message = refusal(
        ecr.create_repository, repositoryName="lab", encryptionConfiguration=encrypted
    )
    assert f"kms:CreateGrant on resource: {key}" in message
    aws.client("iam").put_user_policy(
        UserName="pipeline", PolicyName="key", PolicyDocument=document(may_grant)
    )
    ecr.create_repository(repositoryName="lab", encryptionConfiguration=encrypted)


@pytest.mark.parametrize(
    ("operation", "given", "needed"),
    [
        (
            "create_vpc_endpoint",
            {"VpcEndpointType": "Interface", "PrivateDnsEnabled": True},
            "route53:AssociateVPCWithHostedZone",
        ),
        (
            "create_flow_logs",
            {"LogGroupName": "lab", "DeliverLogsPermissionArn": ROLE},
            f"iam:PassRole on resource: {ROLE}",
        ),
    ],
)
def test_ec2_requires_permissions_of_other_services(
    operation: str,
    given: dict[str, Any],
    needed: str,
    aws: Emulator,
    client_of: Callable[..., Any],
) -> None:
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    about = {
        "create_vpc_endpoint": {"VpcId": vpc, "ServiceName": f"com.amazonaws.{REGION}.sts"},
        "create_flow_logs": {"ResourceIds": [vpc], "ResourceType": "VPC", "TrafficType": "ALL"},
    }[operation]
    ec2 = client_of("ec2", allow("ec2:CreateVpcEndpoint", "ec2:CreateFlowLogs"))
    _, message = refusal(getattr(ec2, operation), **about, **given)
    assert needed in message


def test_deny_applies_to_both_forms_of_a_log_group_arn(
    aws: Emulator, client_of: Callable[..., Any]
) -> None:
    aws.client("logs").create_log_group(logGroupName="lab")
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:lab"
    denied = allow("logs:DeleteLogGroup", resource=f"{group}:*") | {"Effect": "Deny"}
    logs = client_of("logs", allow("logs:DeleteLogGroup", resource=group), denied)
    _, message = refusal(logs.delete_log_group, logGroupName="lab")
    assert "with an explicit deny" in message


def test_listing_a_bucket_does_not_allow_reading_objects(
    aws: Emulator, client_of: Callable[..., Any]
) -> None:
    aws.client("s3").create_bucket(Bucket="team-state")
    s3 = client_of("s3", allow("s3:ListBucket", resource="arn:aws:s3:::team-state"))
    assert refusal(s3.get_object, Bucket="team-state", Key="none")[0] == "AccessDenied"


def test_dry_run_checks_the_callers_policies(aws: Emulator) -> None:
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    on = allow("ec2:DeleteVpc", resource=f"arn:aws:ec2:*:*:vpc/{vpc}")
    for name, statements, code in (
        ("one", [on], "DryRunOperation"),
        ("two", [allow("ec2:DescribeVpcs")], "UnauthorizedOperation"),
    ):
        ec2 = client_with(aws, "ec2", create_user(aws, name, *statements))
        assert refusal(ec2.delete_vpc, VpcId=vpc, DryRun=True)[0] == code


@pytest.mark.parametrize(
    ("principal", "granted", "code"),
    [
        ("user/alice", False, None),
        ("root", False, "AccessDeniedException"),
        ("root", True, None),
        ("user/admin", True, "AccessDeniedException"),
    ],
)
def test_key_policy_must_allow_the_caller_or_the_account(
    aws: Emulator, principal: str, granted: bool, code: str | None
) -> None:
    aws.client("iam").create_user(UserName="admin")
    alice = create_user(aws, "alice", *([allow("kms:Encrypt")] if granted else []))
    named = {"AWS": f"arn:aws:iam::{ACCOUNT}:{principal}"}
    policy = document(grant(named, "kms:Encrypt", Resource="*"))
    key = aws.client("kms").create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)
    kms, asked = client_with(aws, "kms", alice), {"KeyId": key["KeyMetadata"]["KeyId"]}
    if code is None:
        assert kms.encrypt(**asked, Plaintext=b"x")["CiphertextBlob"]
    else:
        assert refusal(kms.encrypt, **asked, Plaintext=b"x")[0] == code


def test_bucket_policy_grants_access(aws: Emulator) -> None:
    root = aws.client("s3")
    root.create_bucket(Bucket="team-data")
    root.put_object(Bucket="team-data", Key="k", Body=b"x")
    nobody = client_with(aws, "s3", create_user(aws, "bob"))
    assert refusal(nobody.get_object, Bucket="team-data", Key="k")[0] == "AccessDenied"
    assert refusal(nobody.get_object, Bucket="no-team-data", Key="k")[0] == "NoSuchBucket"
    named = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}
    granted = grant(named, "s3:GetObject", Resource="arn:aws:s3:::team-data/*")
    root.put_bucket_policy(Bucket="team-data", Policy=document(granted))
    assert nobody.get_object(Bucket="team-data", Key="k")["Body"].read() == b"x"
    everybody = granted | {"Effect": "Deny", "Principal": {"AWS": ACCOUNT}}
    root.put_bucket_policy(Bucket="team-data", Policy=document(granted, everybody))
    assert refusal(nobody.get_object, Bucket="team-data", Key="k")[0] == "AccessDenied"


def test_tags_and_roles_of_a_request_need_their_own_actions(aws: Emulator) -> None:
    role = make_role(aws, "images")
    create = allow("sagemaker:CreateImage", resource="arn:aws:sagemaker:*:*:image/tools")
    tag = allow("sagemaker:AddTags", StringEquals={"sagemaker:TaggingAction": "CreateImage"})
    passing = allow(
        "iam:PassRole",
        resource=role,
        StringEquals={"iam:PassedToService": "sagemaker.amazonaws.com"},
    )
    image = {"RoleArn": role, "Tags": [{"Key": "team", "Value": "a"}]}
    for number, (statements, name, lacking) in enumerate(
        [
            ([create], "tools", "sagemaker:AddTags"),
            ([create, tag], "tools", f"iam:PassRole on resource: {role}"),
            ([create, tag, passing], "other", "sagemaker:CreateImage"),
            ([create, tag, passing], "tools", None),
        ]
    ):
        sagemaker = client_with(aws, "sagemaker", create_user(aws, f"user-{number}", *statements))
        if lacking is None:
            assert sagemaker.create_image(ImageName=name, **image)["ImageArn"]
        else:
            code, message = refusal(sagemaker.create_image, ImageName=name, **image)
            assert (code, f"perform: {lacking}" in message) == ("AccessDeniedException", True)


def all_groups(aws: Emulator) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = aws.client("logs").describe_log_groups()["logGroups"]
    return groups
