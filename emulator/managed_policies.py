"""AWS's managed policies in every new account, without the second that moto takes to read them."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend


def install() -> None:
    """From now on moto's accounts have AWS's policies, each partition's under its own ARNs."""
    IAMBackend._init_aws_policies = _policies


def _policies(backend: Any) -> list[Any]:
    policies = []
    for prototype in _prototypes():
        policy = copy.copy(prototype)
        policy.account_id = backend.account_id
        policy.partition = backend.partition
        policy.tags = {}
        policies.append(policy)
    return policies


@cache
def _prototypes() -> list[Any]:
    """Read once: a backend copies what it may change, the number of attachments and the tags."""
    return [
        AWSManagedPolicy.from_data(name, "aws", "aws", data)
        for name, data in json.loads(aws_managed_policies_data).items()
    ]
