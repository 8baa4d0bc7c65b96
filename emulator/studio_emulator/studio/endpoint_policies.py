"""Evaluates VPC endpoint policies for requests of an account of AWS.

The node of remote access most likely belongs to such an account: its execution role needs no
permission to register, and DescribeInstanceInformation does not show the node.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from studio_emulator.call import Call
from studio_emulator.iam import Context
from studio_emulator.iam.policy import applying, decide, granting, statements

_ACCOUNT = "885854791233"
"""An account of AWS; the policies compare it with the caller's only."""


def denies_requests(call: Call, *, vpc_id: str, requests: Mapping[str, Sequence[str]]) -> bool:
    """Whether an endpoint in the VPC denies one of the actions in `requests`.

    requests: endpoint service -> actions.
    """
    for endpoint in call.backend("ec2").vpc_end_points.values():
        actions = requests.get(endpoint.service_name.rpartition(".")[2], ())
        if endpoint.vpc_id == vpc_id and not all(
            _allows(endpoint, action, call) for action in actions
        ):
            return True
    return False


def _allows(endpoint: Any, action: str, call: Call) -> bool:
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
    granted = granting(statements(text), (), action, context)
    return decide(applying(granted, action, "*", context))
