"""What a role may do: IAM's evaluation over the roles and policies that moto holds."""

from __future__ import annotations

from collections.abc import Iterator

from moto.backends import get_backend
from moto.iam.models import IAMBackend, ManagedPolicy, Role

from emulator.iam.conditions import Context
from emulator.iam.policy import Statement, applying, decide, statements, trusting

__all__ = ["Context", "Role", "allows", "can_assume", "role_named", "trusts"]


def role_named(account: str, arn: str) -> Role | None:
    """The role with that ARN in that account (12 digits), or None."""
    backend: IAMBackend = get_backend("iam")[account][arn.split(":")[1]]
    return next((role for role in backend.roles.values() if role.arn == arn), None)


def trusts(
    role: Role, service: str, action: str = "sts:AssumeRole", *, context: Context | None = None
) -> bool:
    """Whether the role's trust policy lets `service`, e.g. sagemaker.amazonaws.com, do `action`.

    context: condition keys of the request; without `aws:SourceAccount` it is the role's account.
    """
    full: Context = {"aws:SourceAccount": role.account_id, **(context or {})}
    return decide(trusting(statements(role.assume_role_policy_document), service, action, full))


def can_assume(account: str, role_arn: str, service: str, *, source_arn: str) -> Role | None:
    """The role, if it exists and `service` may assume it on behalf of `source_arn`, else None.

    source_arn: the resource for which the service acts, `aws:SourceArn` of confused-deputy
    conditions.
    """
    role = role_named(account, role_arn)
    context: Context = {"aws:SourceArn": source_arn}
    return role if role and trusts(role, service, context=context) else None


def allows(role: Role, action: str, resource: str, context: Context | None = None) -> bool:
    """Whether the role's policies, within its permissions boundary, allow the request.

    action: `service:Name`; resource: an ARN or `*`; context: condition keys of the request, those
    of the principal (`aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalTag/KEY`) are added.
    Resource-based and organisation policies are not looked at.
    """
    principal: Context = {
        "aws:PrincipalArn": role.arn,
        "aws:PrincipalAccount": role.account_id,
        **{f"aws:PrincipalTag/{key}": value for key, value in _tags(role)},
    }
    full: Context = {**principal, **(context or {})}
    if not decide(applying(_identity_statements(role), action, resource, full)):
        return False
    boundary = role.permissions_boundary_arn
    return not boundary or decide(applying(_managed(role, boundary), action, resource, full))


def _identity_statements(role: Role) -> Iterator[Statement]:
    for document in role.policies.values():
        yield from statements(document)
    for policy in role.managed_policies.values():
        yield from _default_version(policy)


def _managed(role: Role, arn: str) -> list[Statement]:
    backend: IAMBackend = get_backend("iam")[role.account_id][role.partition]
    policy = backend.managed_policies.get(arn)
    return _default_version(policy) if policy else []


def _default_version(policy: ManagedPolicy) -> list[Statement]:
    default = policy.default_version_id
    return statements(next(v.document for v in policy.versions if v.version_id == default))


def _tags(role: Role) -> Iterator[tuple[str, str]]:
    tags = role.tags.values() if isinstance(role.tags, dict) else role.tags or []
    for tag in tags:
        yield tag["Key"], tag["Value"]
