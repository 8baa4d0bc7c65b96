"""The permissions of the services whose requests name one resource."""

from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.authorization.people import People
from tests.emulator.samples import (
    ACCOUNT,
    REGION,
    allow,
    refusal,
)


def test_tags_on_create_require_permission(aws: Emulator, client_of: Callable[..., Any]) -> None:
    logs = client_of("logs", allow("logs:CreateLogGroup"))
    _, message = refusal(logs.create_log_group, logGroupName="lab", tags={"Name": "lab"})
    assert "logs:TagResource" in message
    logs.create_log_group(logGroupName="lab")
    assert [group["logGroupName"] for group in all_groups(aws)] == ["lab"]


def test_deny_applies_to_both_forms_of_a_log_group_arn(
    aws: Emulator, client_of: Callable[..., Any]
) -> None:
    aws.client("logs").create_log_group(logGroupName="lab")
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:lab"
    denied = allow("logs:DeleteLogGroup", resource=f"{group}:*") | {"Effect": "Deny"}
    logs = client_of("logs", allow("logs:DeleteLogGroup", resource=group), denied)
    _, message = refusal(logs.delete_log_group, logGroupName="lab")
    assert "with an explicit deny" in message


def all_groups(aws: Emulator) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = aws.client("logs").describe_log_groups()["logGroups"]
    return groups


USER = f"User: arn:aws:iam::{ACCOUNT}:user/alice"
KEYS = f"sagemaker-{REGION}-{ACCOUNT}"


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "resource"),
    [
        ("ec2", "delete_vpc", {"VpcId": "VPC"}, "UnauthorizedOperation", "vpc/vpc-"),
        (
            "ecr",
            "delete_repository",
            {"repositoryName": "tools"},
            "AccessDeniedException",
            "/tools",
        ),
        ("ecr", "get_authorization_token", {}, "AccessDeniedException", "*"),
        ("efs", "describe_file_systems", {}, "AccessDeniedException", "*"),
        ("iam", "delete_role", {"RoleName": "studio"}, "AccessDenied", "role/studio"),
        ("iam", "list_roles", {}, "AccessDenied", "*"),
        ("kms", "create_key", {}, "AccessDeniedException", "*"),
        ("logs", "describe_log_groups", {}, "AccessDeniedException", "log-group::log-stream:"),
        ("resourcegroupstaggingapi", "get_resources", {}, "AccessDeniedException", "*"),
        ("s3", "list_buckets", {}, "AccessDenied", "*"),
        ("s3", "get_object", {"Bucket": KEYS, "Key": "k"}, "AccessDenied", KEYS),
        ("s3", "delete_object", {"Bucket": KEYS, "Key": "k"}, "AccessDenied", f"{KEYS}/k"),
        ("ssm", "describe_activations", {}, "AccessDeniedException", "*"),
    ],
)
def test_other_services_check_the_policies(
    people: People, service: str, operation: str, params: dict[str, Any], code: str, resource: str
) -> None:
    params = {k: people.studio.vpc_id if v == "VPC" else v for k, v in params.items()}
    found, message = refusal(getattr(people.client(service), operation), **params)
    assert found == code
    assert f"{USER} is not authorized to perform: " in message
    assert f"{resource}" in message.partition(" on resource: ")[2]
