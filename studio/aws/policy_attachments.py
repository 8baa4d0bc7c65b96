"""The users, groups and roles that have a managed policy, and the commands that detach it."""

from dataclasses import dataclass

from studio.aws.client import Aws
from studio.aws.errors import ignoring

_BOUNDARY = "PermissionsBoundary"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """kind: user, group or role. boundary: whether the policy is its permissions boundary."""

    policy_arn: str
    kind: str
    name: str
    boundary: bool

    def __str__(self) -> str:
        use = "permissions boundary" if self.boundary else "policy"
        return f"{use} {self.policy_arn.rpartition('/')[2]} of {self.kind} {self.name}"

    @property
    def detach_command(self) -> str:
        entity = f"--{self.kind}-name {self.name}"
        if self.boundary:
            return f"aws iam delete-{self.kind}-permissions-boundary {entity}"
        return f"aws iam detach-{self.kind}-policy {entity} --policy-arn {self.policy_arn}"


def list_attachments(aws: Aws, policy_arn: str) -> list[Attachment]:
    """The attachments of a policy; none if it does not exist. Raises AwsError."""
    pages = aws.client("iam").get_paginator("list_entities_for_policy")
    with ignoring("NoSuchEntity"):
        return [
            Attachment(
                policy_arn=policy_arn,
                kind=kind.lower(),
                name=entity[f"{kind}Name"],
                boundary=usage == _BOUNDARY,
            )
            for usage in ("PermissionsPolicy", _BOUNDARY)
            for page in pages.paginate(PolicyArn=policy_arn, PolicyUsageFilter=usage)
            for kind in ("User", "Group", "Role")
            for entity in page.get(f"Policy{kind}s", ())
        ]
    return []
