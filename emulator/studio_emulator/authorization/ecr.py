"""The policies of ECR's repositories.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
"""

from collections.abc import Mapping
from typing import Any

from studio_emulator.iam.callers import Caller
from studio_emulator.iam.policy import Decision


def with_repository_policy(
    by_identity: Decision,
    caller: Caller,
    context: Mapping[str, Any],
    *,
    policy: str | None,
    action: str,
) -> Decision:
    """Within one account, either of the two policies can allow, and either can deny."""
    if not policy:
        return by_identity
    directly = caller.decide_by_resource(policy, caller.own_arns, action, context)
    every = caller.own_arns | caller.account_principals
    if Decision.DENIED in (by_identity, caller.decide_by_resource(policy, every, action, context)):
        return Decision.DENIED
    return Decision.ALLOWED if Decision.ALLOWED in (by_identity, directly) else by_identity
