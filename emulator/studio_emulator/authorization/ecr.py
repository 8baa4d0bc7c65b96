"""The policies of ECR's repositories.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio_emulator.iam.callers import Caller
from studio_emulator.iam.policy import Decision, decision, granting, statements


def with_repository_policy(
    by_identity: Decision,
    caller: Caller,
    context: Mapping[str, Any],
    *,
    policy: str | None,
    action: str,
) -> Decision:
    """In one account, either of the two policies may allow, and each may deny."""
    if not policy:
        return by_identity
    account = caller.arn.split(":")[4]
    full = {
        "aws:PrincipalAccount": account,
        "aws:PrincipalArn": caller.principal.arn,
        **context,
    }
    partition = caller.arn.split(":")[1]
    said = statements(policy)
    own = {caller.arn, caller.principal.arn}
    directly = decision(granting(said, own, action, full))
    every = {*own, account, f"arn:{partition}:iam::{account}:root"}
    if Decision.DENIED in (by_identity, decision(granting(said, every, action, full))):
        return Decision.DENIED
    return Decision.ALLOWED if Decision.ALLOWED in (by_identity, directly) else by_identity
