"""Evaluates the policies of moto's users and roles: own, of groups, managed, boundary, trust."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from studio_emulator.iam.conditions import Context as Context
from studio_emulator.iam.policy import Decision as Decision
from studio_emulator.iam.policy import (
    Statement,
    all_of,
    applying,
    decide,
    decision,
    statements,
    trusting,
)
from studio_emulator.moto_internals import IAMBackend, ManagedPolicy, get_backend
from studio_emulator.moto_internals import Role as Role
from studio_emulator.moto_internals import User as User


def role_named(account: str, arn: str) -> Role | None:
    """The role with that ARN in that account (12 digits), or None."""
    backend: IAMBackend = get_backend("iam")[account][arn.split(":")[1]]
    return next((role for role in backend.roles.values() if role.arn == arn), None)


def trusts(
    role: Role, service: str, action: str = "sts:AssumeRole", *, context: Context | None = None
) -> bool:
    """Whether the role's trust policy allows `action` to a service, e.g. sagemaker.amazonaws.com.

    context: the request's condition keys; `aws:SourceAccount` defaults to the role's account.
    """
    full: Context = {"aws:SourceAccount": role.account_id, **(context or {})}
    return decide(trusting(statements(role.assume_role_policy_document), service, action, full))


def can_assume(account: str, role_arn: str, service: str, *, source_arn: str) -> Role | None:
    """The role, or None if `service` cannot assume it.

    source_arn: the value of `aws:SourceArn`.
    """
    role = role_named(account, role_arn)
    context: Context = {"aws:SourceArn": source_arn}
    return role if role and trusts(role, service, context=context) else None


def allows(role: Role, action: str, resource: str, context: Context | None = None) -> bool:
    """Whether `evaluate` allows the request."""
    return evaluate(role, action, resource, context) is Decision.ALLOWED


def evaluate(
    principal: Role | User, action: str, resource: str, context: Context | None = None
) -> Decision:
    """Evaluate the principal's identity-based policies and its permissions boundary.

    action: `service:Name`; resource: an ARN or `*`; context: the request's condition keys, without
    those of the principal.
    """
    full: Context = {**keys_of(principal), **(context or {})}
    decided = decision(applying(_identity_statements(principal), action, resource, full))
    return all_of([decided, within_boundary(principal, action, resource, full)])


def within_boundary(
    principal: Role | User, action: str, resource: str, context: Context
) -> Decision:
    """The decision of the principal's permissions boundary alone, which allows all by default."""
    boundary = principal.permissions_boundary_arn
    if not boundary:
        return Decision.ALLOWED
    return decision(applying(managed(principal, boundary), action, resource, context))


def keys_of(principal: Role | User) -> dict[str, str]:
    """The condition keys of a role or user."""
    return {
        "aws:PrincipalArn": principal.arn,
        "aws:PrincipalAccount": principal.account_id,
        **{f"aws:PrincipalTag/{key}": value for key, value in tags_of(principal).items()},
    }


def _identity_statements(principal: Role | User) -> Iterator[Statement]:
    groups = []
    if isinstance(principal, User):
        groups = _backend(principal).get_groups_for_user(principal.name)
    for holder in (principal, *groups):
        for document in holder.policies.values():
            yield from statements(document)
        for policy in holder.managed_policies.values():
            yield from _default_version(policy)


def managed(principal: Role | User, arn: str) -> Sequence[Statement]:
    """The statements of a managed policy in the principal's account; none if it does not exist."""
    policy = _backend(principal).managed_policies.get(arn)
    return _default_version(policy) if policy else ()


def _backend(principal: Role | User) -> IAMBackend:
    backend: IAMBackend = get_backend("iam")[principal.account_id][principal.arn.split(":")[1]]
    return backend


def _default_version(policy: ManagedPolicy) -> Sequence[Statement]:
    default = policy.default_version_id
    return statements(next(v.document for v in policy.versions if v.version_id == default))


def tags_of(identity: Any) -> dict[str, str]:
    """The tags of an identity in moto, which holds none, a list or a mapping of them."""
    held = getattr(identity, "tags", None) or []
    pairs = held.values() if isinstance(held, dict) else held
    return {tag["Key"]: tag["Value"] for tag in pairs}


def resource_tags(tags: Mapping[str, str], *prefixes: str) -> dict[str, Any]:
    """The condition keys of a resource's tags: aws:ResourceTag/KEY, and the service's own."""
    return {
        f"{prefix}/{key}": value
        for prefix in ("aws:ResourceTag", *prefixes)
        for key, value in tags.items()
    }
