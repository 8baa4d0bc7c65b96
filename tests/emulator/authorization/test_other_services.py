"""The permissions of the services whose requests name one resource; requests that need none."""

from typing import Any

import pytest

from studio_emulator.authorization.other_services import permissions
from studio_emulator.call import Call
from studio_emulator.server import Emulator
from tests.emulator.authorization.conftest import People, required
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import (
    ACCOUNT,
    REGION,
    allow,
    as_tags,
    client_with,
    create_user,
    make_role,
    refusal,
)


def test_tags_on_create_require_permission(aws: Emulator) -> None:
    logs = client_with(aws, "logs", create_user(aws, "alice", allow("logs:CreateLogGroup")))
    _, message = refusal(logs.create_log_group, logGroupName="lab", tags={"Name": "lab"})
    assert "logs:TagResource" in message
    logs.create_log_group(logGroupName="lab")
    (group,) = aws.client("logs").describe_log_groups()["logGroups"]
    assert group["logGroupName"] == "lab"


def test_deny_applies_to_both_forms_of_a_log_group_arn(aws: Emulator) -> None:
    aws.client("logs").create_log_group(logGroupName="lab")
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:lab"
    denied = allow("logs:DeleteLogGroup", resource=f"{group}:*") | {"Effect": "Deny"}
    key = create_user(aws, "alice", allow("logs:DeleteLogGroup", resource=group), denied)
    logs = client_with(aws, "logs", key)
    _, message = refusal(logs.delete_log_group, logGroupName="lab")
    assert message.endswith("with an explicit deny in an identity-based policy")


USER = f"User: arn:aws:iam::{ACCOUNT}:user/alice"
KEYS = f"sagemaker-{REGION}-{ACCOUNT}"


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "words"),
    [
        ("ec2", "delete_vpc", {"VpcId": "VPC"}, "UnauthorizedOperation", "vpc/vpc-"),
        ("efs", "describe_file_systems", {}, "AccessDeniedException", "elasticfilesystem:Desc"),
        ("iam", "delete_role", {"RoleName": "studio"}, "AccessDenied", "role/studio"),
        ("logs", "describe_log_groups", {}, "AccessDeniedException", "log-group::log-stream:"),
        ("resourcegroupstaggingapi", "get_resources", {}, "AccessDeniedException", "tag:Get"),
        ("s3", "delete_object", {"Bucket": KEYS, "Key": "k"}, "AccessDenied", f"{KEYS}/k"),
    ],
)
def test_other_services_check_the_policies(
    people: People, service: str, operation: str, params: dict[str, Any], code: str, words: str
) -> None:
    params = {k: people.studio.vpc_id if v == "VPC" else v for k, v in params.items()}
    found, message = refusal(getattr(people.client(service), operation), **params)
    assert found == code
    assert f"{USER} is not authorized to perform: " in message
    assert words in message


IAM = f"arn:aws:iam::{ACCOUNT}"
BOUNDARY = f"{IAM}:policy/boundary"
TAGS = {"Tags": as_tags(a="b")}


def of(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


@pytest.mark.parametrize(
    ("service", "operation", "params", "expected"),
    [
        ("ecr", "DescribeRepositories", {}, ["repository/*"]),
        (
            "ecr",
            "CreateRepository",
            {"repositoryName": "lab", "encryptionConfiguration": {"kmsKey": of("kms", "key/1")}},
            ["repository/lab", "kms:CreateGrant key/1", "kms:DescribeKey key/1"],
        ),
        ("efs", "DeleteAccessPoint", {"AccessPointId": "fsap-1"}, ["access-point/fsap-1"]),
        (
            "efs",
            "CreateFileSystem",
            {"CreationToken": "a", **TAGS},
            ["*", "elasticfilesystem:TagResource *"],
        ),
        (
            "efs",
            "CreateMountTarget",
            {"FileSystemId": "fs-1", "SubnetId": "subnet-1"},
            [
                "file-system/fs-1",
                "ec2:DescribeSubnets *",
                "ec2:DescribeNetworkInterfaces *",
                "ec2:CreateNetworkInterface subnet/subnet-1",
            ],
        ),
        ("iam", "CreateUser", {"UserName": "bob", **TAGS}, ["user/bob", "iam:TagUser user/bob"]),
        (
            "iam",
            "CreatePolicy",
            {"PolicyName": "p", "Path": "/team/", **TAGS},
            ["policy/team/p", "iam:TagPolicy policy/team/p"],
        ),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "g", "logStreamName": "s"},
            ["log-group:g:log-stream:s"],
        ),
        ("service-quotas", "ListServiceQuotas", {}, ["*"]),
        (
            "service-quotas",
            "GetServiceQuota",
            {"ServiceCode": "sagemaker", "QuotaCode": "L-1"},
            ["sagemaker/L-1"],
        ),
        (
            "ssm",
            "CreateActivation",
            {"IamRole": "node", **TAGS},
            ["*", "iam:PassRole role/node", f"ssm:AddTagsToResource {IAM}:role/node"],
        ),
        ("ssm", "DescribeDocument", {"Name": "team"}, ["document/team"]),
        ("ssm", "GetParameters", {"Names": ["/a", "b"]}, ["parameter/a", "parameter/b"]),
        ("ssm", "GetServiceSetting", {"SettingId": "/ssm/x"}, ["servicesetting/ssm/x"]),
    ],
)
def test_resources(
    call: Call, service: str, operation: str, params: dict[str, Any], expected: list[str]
) -> None:
    assert required(operation, permissions(service, operation, params, call), call) == expected


def test_condition_keys(aws: Emulator, call: Call) -> None:
    make_role(aws, "lab")
    aws.client("iam").tag_role(RoleName="lab", Tags=as_tags(team="a"))
    aws.client("ecr").create_repository(repositoryName="lab", tags=as_tags(team="a"))
    tag = {"aws:ResourceTag/team": "a"}

    def context(service: str, operation: str, **params: Any) -> Any:
        (found,) = permissions(service, operation, params, call)
        return found.context

    found = context("ecr", "DeleteRepository", repositoryName="lab")
    assert found == {**tag, "ecr:ResourceTag/team": "a"}
    found = context("iam", "AttachRolePolicy", RoleName="lab", PolicyArn=BOUNDARY)
    assert found == {**tag, "iam:ResourceTag/team": "a", "iam:PolicyARN": BOUNDARY}
    found = context("iam", "CreateUser", UserName="x", PermissionsBoundary=BOUNDARY)
    assert found == {"iam:PermissionsBoundary": BOUNDARY}
    found = context("logs", "UntagLogGroup", logGroupName="g", TagKeys=["a"])
    assert found == {"aws:TagKeys": ["a"]}


def test_mount_target_has_the_permissions_of_its_file_system_and_interface(
    net: Ec2Network, aws: Emulator, call: Call
) -> None:
    efs = aws.client("efs")
    system = efs.create_file_system(CreationToken="homes", Tags=as_tags(team="a"))["FileSystemId"]
    target = efs.create_mount_target(FileSystemId=system, SubnetId=net.subnets[0])
    asked = {"MountTargetId": target["MountTargetId"]}
    of_interface = f"network-interface/{target['NetworkInterfaceId']}"
    for operation, on_interface in (
        ("DeleteMountTarget", "ec2:DeleteNetworkInterface"),
        ("DescribeMountTargetSecurityGroups", "ec2:DescribeNetworkInterfaceAttribute"),
        ("ModifyMountTargetSecurityGroups", "ec2:ModifyNetworkInterfaceAttribute"),
    ):
        found, other = permissions("efs", operation, asked, call)
        assert found.resources == (of("elasticfilesystem", f"file-system/{system}"),)
        assert found.context == {"aws:ResourceTag/team": "a"}
        assert required(operation, [other], call) == [f"{on_interface} {of_interface}"]


def test_caller_is_the_default_user(aws: Emulator) -> None:
    _, message = refusal(client_with(aws, "iam", create_user(aws, "alice")).get_user)
    assert f"iam:GetUser on resource: {IAM}:user/alice " in message
