"""Which requests of AWS's own principals reach their service from a domain's VPC.

The node behind native remote access is most likely not an identity of this account: its execution
role needs no right to register, and the account's DescribeInstanceInformation does not show it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from studio_emulator.iam import Context
from studio_emulator.iam.policy import applying, decide, granting, statements
from studio_emulator.studio.call import Call

_ACCOUNT = "885854791233"
"""One of AWS's; any account but the caller's own stands for it."""


def shut_out(call: Call, *, vpc_id: str, requests: Mapping[str, Sequence[str]]) -> bool:
    """Whether an endpoint in the VPC denies one of `requests` (actions by endpoint service)."""
    for endpoint in call.backend("ec2").vpc_end_points.values():
        actions = requests.get(endpoint.service_name.rpartition(".")[2], ())
        if endpoint.vpc_id == vpc_id and not all(
            _lets_in(endpoint, each, call) for each in actions
        ):
            return True
    return False


def _lets_in(endpoint: Any, action: str, call: Call) -> bool:
    policy = endpoint.policy_document
    if not policy:
        return True
    context: Context = {
        "aws:PrincipalAccount": _ACCOUNT,
        "aws:PrincipalArn": f"arn:{call.partition}:iam::{_ACCOUNT}:role/sagemaker",
        "aws:PrincipalIsAWSService": False,
        "aws:RequestedRegion": call.region,
        "aws:SecureTransport": True,
        "aws:SourceVpc": endpoint.vpc_id,
        "aws:SourceVpce": endpoint.id,
    }
    text = policy if isinstance(policy, str) else json.dumps(policy)
    said = granting(statements(text), (), action, context)
    return decide(applying(said, action, "*", context))
