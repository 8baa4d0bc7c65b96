"""Reads existing IAM roles with their policies, and the role of the caller."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.aws.client import Aws
from studio.aws.errors import DENIED, ignoring

Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role. policies: the documents of its managed and inline policies."""

    arn: str
    trust: Document
    policies: tuple[Document, ...]
    boundary: Document | None


def read_role(aws: Aws, arn: str) -> Role | None:
    """The role; None if no role has this ARN. Raises AwsError."""
    iam, name = aws.client("iam"), arn.rpartition("/")[2]
    found: dict[str, Any] | None = None
    with ignoring("NoSuchEntity"):
        found = iam.get_role(RoleName=name)["Role"]
    if found is None or found["Arn"] != arn:
        return None
    attached = aws.all("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name)
    inline: list[Any] = list(aws.all("iam", "list_role_policies", "PolicyNames", RoleName=name))
    boundary = found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return Role(
        arn=arn,
        trust=found["AssumeRolePolicyDocument"],
        policies=(
            *(_managed(iam, policy["PolicyArn"]) for policy in attached),
            *(
                iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                for policy in inline
            ),
        ),
        boundary=_managed(iam, boundary) if boundary else None,
    )


def caller(aws: Aws) -> str | None:
    """The ARN of the caller's user or role; None for the account's root user.

    Without the path of a role that the caller may not read. Raises AwsError.
    """
    arn = str(aws.client("sts").get_caller_identity()["Arn"])
    _, partition, _, _, account, name = arn.split(":", 5)
    if name == "root":
        return None
    if not name.startswith("assumed-role/"):
        return arn
    role = name.split("/")[1]
    with ignoring(*DENIED):
        return str(aws.client("iam").get_role(RoleName=role)["Role"]["Arn"])
    return f"arn:{partition}:iam::{account}:role/{role}"


def _managed(iam: Any, arn: str) -> Document:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    document: Document = found["Document"]
    return document
