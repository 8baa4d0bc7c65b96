"""How the policy of a resource combines with those of the caller."""

from studio_emulator.iam import Context, Decision
from studio_emulator.iam.callers import Caller


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
    directly = _directly(limit, caller, context, policy=policy, action=action)
    through_account = caller.decide_by_resource(policy, caller.account_principals, action, context)
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
    every = caller.own_arns | caller.account_principals
    by_account = caller.decide_by_resource(policy, every, action, context, resource=resource)
    if Decision.DENIED in (by_identity, by_account):
        return Decision.DENIED
    directly = _directly(limit, caller, context, policy=policy, action=action, resource=resource)
    return Decision.ALLOWED if directly is Decision.ALLOWED else by_identity


def _directly(
    limit: Decision,
    caller: Caller,
    context: Context,
    *,
    policy: str,
    action: str,
    resource: str | None = None,
) -> Decision:
    """The decision of a resource's policy on the caller: what it allows to a role is limited.

    It is not limited for a user or a role session.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    by_arn, by_any = (
        caller.decide_by_resource(policy, principals, action, context, resource=resource)
        for principals in ({caller.arn}, caller.own_arns)
    )
    if by_any is Decision.ALLOWED and by_arn is not Decision.ALLOWED:
        return limit
    return by_any
