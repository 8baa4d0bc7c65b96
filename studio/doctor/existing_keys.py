"""Examines the KMS keys that the settings name: their state, type and policy.

Sources: KMS developer guide, "Key policies in AWS KMS" and "Key states"; SageMaker guide, "Encrypt
data at rest"; the CreateDomain API takes symmetric keys only.
"""

import json
from collections.abc import Iterable, Iterator
from functools import partial

from catalog.names import Feature
from catalog.permissions import feature_permissions, studio_permissions
from catalog.permissions.iam import Account
from settings import Settings
from studio.aws.client import Aws
from studio.aws.existing_roles import caller
from studio.aws.keys import read_key, read_key_policy
from studio.aws.policies import Decision, Request, decide
from studio.doctor.existing_roles import existing_role_arns
from studio.doctor.finding import Finding, ask, looking_up

_ask = partial(ask, "the owner of the key")

_SYMMETRIC = ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT")
_DEPLOYER_ACTIONS = ("kms:DescribeKey", "kms:CreateGrant")
"""The permissions that CreateDomain needs of its caller (SageMaker guide, "Encrypt data at
rest")."""


def keys(settings: Settings, aws: Aws) -> Iterator[Finding]:
    """The problems of the domain's key and of the state's key."""
    if settings.domain.kms.startswith("arn:"):
        findings = list(_examine_key(settings.domain.kms, aws))
        yield from findings or _examine_policy(settings, aws)
    if arn := settings.state.kms_key:
        yield from _examine_key(arn, aws.in_region(arn.split(":")[3]))


def _examine_policy(settings: Settings, aws: Aws) -> Iterator[Finding]:
    arn, account_id = settings.domain.kms, aws.account()
    with looking_up(f"the policy of {arn}"):
        policy = read_key_policy(aws, arn)
    account = Account(partition=settings.partition, region=settings.region, id=account_id)
    wanted = studio_permissions.key(account, arn=arn)
    if Feature.ENCRYPTION in settings.features:
        wanted += feature_permissions.encryption(key=arn)
    denied: dict[str, list[str]] = {}
    used = tuple(action for statement in wanted for action in statement.actions)
    needed = dict.fromkeys(_roles(settings, account), used)
    if deployer := caller(aws):
        needed.setdefault(deployer, _DEPLOYER_ACTIONS)
    for principal, actions in needed.items():
        for action in actions:
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
                denied.setdefault(principal, []).append(action)
    if denied:
        lacking = list(dict.fromkeys(action for each in denied.values() for action in each))
        yield _ask(
            f"the policy of {arn} denies {', '.join(lacking)} to {', '.join(denied)}",
            f"add to the key policy: {_statement(denied, lacking)}",
        )


def _examine_key(arn: str, aws: Aws) -> Iterator[Finding]:
    with looking_up(arn):
        key = read_key(aws, arn)
    if key is None:
        yield _ask(f"{arn} does not exist", "send the ARN of a key")
    elif key.state != "Enabled":
        yield _ask(f"{arn} is {key.state}", "enable it")
    elif (key.usage, key.spec) != _SYMMETRIC:
        yield _ask(
            f"{arn} is for {key.usage} ({key.spec})",
            f"create a symmetric key for encryption ({_SYMMETRIC[1]})",
        )


def _roles(settings: Settings, account: Account) -> Iterator[str]:
    """The ARNs of the execution roles, also of those that `studio up` creates."""
    yield from existing_role_arns(settings)
    if not settings.domain.execution_role:
        yield account.role_arn(f"{settings.name}-domain")
    for user in settings.users:
        if not settings.execution_role(user):
            yield account.role_arn(f"{settings.name}-user-{user}")


def _statement(roles: Iterable[str], actions: list[str]) -> str:
    """KMS rejects a principal that does not exist yet, but accepts a condition that names it."""
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
