"""AWS's managed policies in every new account, without the second that moto takes to read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend


class _Late:
    """An attribute that is made when somebody asks for it; None, that it is not made yet.

    Moto has a backend for each of the six partitions of an account, and looks into each for the
    key that a request is signed with.
    """

    def __init__(self, name: str, make: Callable[[Any], Any]) -> None:
        self.name, self._make = name, make

    def __get__(self, backend: Any, _: type) -> Any:
        if vars(backend).get(self.name) is None:
            vars(backend)[self.name] = self._make(backend)
        return vars(backend)[self.name]

    def __set__(self, backend: Any, value: Any) -> None:
        vars(backend)[self.name] = value


def install() -> None:
    """From now on moto's accounts have AWS's policies, each partition's under its own ARNs."""
    for late in (_Late("aws_managed_policies", _policies), _Late("managed_policies", _by_arn)):
        setattr(IAMBackend, late.name, late)
    IAMBackend._init_aws_policies = IAMBackend._init_managed_policies = lambda _: None


def _by_arn(backend: Any) -> dict[str, Any]:
    return {policy.arn: policy for policy in backend.aws_managed_policies}


def _policies(backend: Any) -> list[Any]:
    policies = []
    for prototype in _prototypes():
        # Moto keeps a list of all that are made the usual way, for its own dashboard.
        policy = object.__new__(AWSManagedPolicy)
        vars(policy).update(vars(prototype))
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
