"""Whether the KMS keys that the settings name can encrypt what they are named for.

Sources: KMS developer guide, "Key policies in AWS KMS" and "Key states"; SageMaker guide, "Encrypt
data at rest"; the CreateDomain API takes symmetric keys only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from catalog.names import Feature
from catalog.permissions import feature_permissions, studio_permissions
from catalog.permissions.iam import Account
from settings import Settings
from studio.aws.client import Aws
from studio.aws.existing_roles import caller
from studio.aws.keys import ExistingKey, read_key, read_key_policy
from studio.aws.policies import Decision, Request, decide
from studio.doctor.existing_roles import existing_role_arns
from studio.doctor.finding import Finding, looked_up

_SYMMETRIC = ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT")


_OF_WHO_DEPLOYS = ("kms:DescribeKey", "kms:CreateGrant")
"""What CreateDomain does with the key for its caller (SageMaker guide, "Encrypt data at rest")."""


def keys(settings: Settings, aws: Aws) -> Iterator[Finding]:
    """What is wrong with the domain's key, and with the key of the state."""
    if settings.domain.kms.startswith("arn:"):
        yield from _domain_key(settings, aws)
    if arn := settings.state.kms_key:
        with looked_up(arn):
            found = read_key(aws.in_region(arn.split(":")[3]), arn)
        yield from _usable(arn, found)


def _domain_key(settings: Settings, aws: Aws) -> Iterator[Finding]:
    arn, account_id = settings.domain.kms, aws.account()
    with looked_up(arn):
        found = read_key(aws, arn)
    if findings := list(_usable(arn, found)):
        yield from findings
        return
    with looked_up(f"the policy of {arn}"):
        policy = read_key_policy(aws, arn)
    account = Account(partition=settings.partition, region=settings.region, id=account_id)
    wanted = studio_permissions.key(account, arn=arn)
    if Feature.ENCRYPTION in settings.features:
        wanted += feature_permissions.encryption(key=arn)
    refused: dict[str, list[str]] = {}
    used = [action for statement in wanted for action in statement.actions]
    asked = dict.fromkeys(_roles(settings, account), used)
    if deployer := caller(aws):
        asked.setdefault(deployer, list(_OF_WHO_DEPLOYS))
    for principal, asked_actions in asked.items():
        for action in asked_actions:
            request = Request(
                action=action,
                principal=principal,
                resource=arn,
                keys={
                    "kms:CallerAccount": account_id,
                    "kms:ViaService": f"sagemaker.{settings.region}.amazonaws.com",
                    "kms:GrantIsForAWSResource": "true",
                    "aws:PrincipalAccount": account_id,
                    "aws:PrincipalArn": principal,
                },
            )
            if decide(policy, request) is Decision.DENIED:
                refused.setdefault(principal, []).append(action)
    if refused:
        actions = list(dict.fromkeys(action for each in refused.values() for action in each))
        yield _asking(
            f"the policy of {arn} refuses {', '.join(actions)} to {', '.join(refused)}",
            f"add to the key policy: {_statement(refused, actions)}",
        )


def _usable(arn: str, found: ExistingKey | None) -> Iterator[Finding]:
    if found is None:
        yield _asking(f"{arn} does not exist", "name the ARN of a key")
    elif found.state != "Enabled":
        yield _asking(f"{arn} is {found.state}", "enable it")
    elif (found.usage, found.spec) != _SYMMETRIC:
        yield _asking(
            f"{arn} is for {found.usage} ({found.spec})",
            f"create a symmetric key for encryption ({_SYMMETRIC[1]})",
        )


def _roles(settings: Settings, account: Account) -> Iterator[str]:
    """The execution roles, those that are yet to be made too."""
    yield from existing_role_arns(settings)
    if not settings.domain.execution_role:
        yield account.role_arn(f"{settings.name}-domain")
    for user in settings.users:
        if not settings.execution_role(user):
            yield account.role_arn(f"{settings.name}-user-{user}")


def _statement(roles: Iterable[str], actions: list[str]) -> str:
    """KMS refuses a principal that does not exist yet, but not a condition that names it."""
    return json.dumps(
        {
            "Sid": "StudioExecutionRoles",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": actions,
            "Resource": "*",
            "Condition": {"ArnEquals": {"aws:PrincipalArn": list(roles)}},
        },
        separators=(",", ":"),
    )


def _asking(found: str, wanted: str) -> Finding:
    return Finding(found=found, fix=f"ask the owner of the key to {wanted}")
