"""How the policy of a resource combines with those of the caller."""

from collections.abc import Callable, Set
from functools import partial

from studio_emulator.iam import Context, Decision
from studio_emulator.iam.callers import Caller

_Decide = Callable[[Set[str]], Decision]
"""The decision of a resource's policy on a request, for these principals."""


def with_resource_policy(
    by_identity: Decision,
    limit: Decision,
    caller: Caller,
    context: Context,
    *,
    policy: str,
    action: str,
) -> Decision:
    """The decision on a key or a role, whose own policy must allow the caller or the account.

    The caller's policies count only if the resource's policy allows the account. limit: see
    ``Caller.limit``.
    """
    decide = partial(caller.decide_by_resource, policy, action=action, context=context)
    directly, through_account = _directly(decide, caller, limit), decide(caller.account_principals)
    if Decision.DENIED in (by_identity, directly, through_account):
        return Decision.DENIED
    if directly is Decision.ALLOWED:
        return Decision.ALLOWED
    return by_identity if through_account is Decision.ALLOWED else Decision.IMPLICIT_DENY


def with_optional_policy(
    by_identity: Decision,
    limit: Decision,
    caller: Caller,
    context: Context,
    *,
    policy: str | None,
    action: str,
    resource: str | None = None,
) -> Decision:
    """The decision on a bucket or a repository: either policy can allow, and either can deny.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
    """
    if not policy:
        return by_identity
    decide = partial(
        caller.decide_by_resource, policy, action=action, context=context, resource=resource
    )
    if Decision.DENIED in (by_identity, decide(caller.own_arns | caller.account_principals)):
        return Decision.DENIED
    directly = _directly(decide, caller, limit)
    return Decision.ALLOWED if directly is Decision.ALLOWED else by_identity


def _directly(decide: _Decide, caller: Caller, limit: Decision) -> Decision:
    """The decision of a resource's policy on the caller: what it allows to a role is limited.

    It is not limited for a user or a role session.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    by_arn, by_any = decide({caller.arn}), decide(caller.own_arns)
    if by_any is Decision.ALLOWED and by_arn is not Decision.ALLOWED:
        return limit
    return by_any
