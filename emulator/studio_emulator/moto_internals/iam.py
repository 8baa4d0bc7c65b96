"""IAM: pages of its lists, and AWS's managed policies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import cache, wraps
from types import SimpleNamespace
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

from studio_emulator import paging


def page_iam_by_name() -> None:
    """List roles and policies with markers that continue after a name: moto's are offsets."""

    def page(items: Iterable[Any], prefix: str | None, marker: str | None, size: int) -> Any:
        return paging.page(
            (item for item in items if item.path.startswith(prefix or "/")),
            key=lambda item: [item.name, item.arn],
            size=size,
            # Moto's stand-in for no marker.
            token=None if marker == "0" else marker,
        )

    def list_roles(
        iam: IAMBackend,
        path_prefix: str | None = None,
        marker: str | None = None,
        max_items: Any = None,
    ) -> Any:
        return page(iam.roles.values(), path_prefix, marker, int(max_items or 100))

    def filter_policies(
        _: IAMBackend, policies: Any, marker: str | None, max_items: int, path_prefix: str
    ) -> Any:
        return page(policies, path_prefix, marker, max_items)

    IAMBackend.list_roles = list_roles
    IAMBackend._filter_attached_policies = filter_policies


@cache
def attach_by_arn() -> None:
    """Find the policy that is attached or detached by its ARN; moto lists AWS's, too, each time."""
    for name in ("attach_role_policy", "detach_role_policy"):
        setattr(IAMBackend, name, _with_one_policy(getattr(IAMBackend, name)))


def _with_one_policy(original: Callable[..., None]) -> Callable[..., None]:
    @wraps(original)
    def change(iam: IAMBackend, policy_arn: str, role_name: str) -> None:
        policy = iam.managed_policies.get(policy_arn)
        held = {} if policy is None else {policy_arn: policy}
        few = SimpleNamespace(managed_policies=held, get_role=iam.get_role)
        original(few, policy_arn, role_name)

    return change


class _Late:
    """An attribute that is created on first access; None means not yet.

    Moto has a backend for each of the six partitions of an account, and searches each for the
    access key of a request.
    """

    def __init__(self, name: str, make: Callable[[Any], Any]) -> None:
        self.name, self._make = name, make

    def __get__(self, backend: Any, _: type) -> Any:
        if vars(backend).get(self.name) is None:
            vars(backend)[self.name] = self._make(backend)
        return vars(backend)[self.name]

    def __set__(self, backend: Any, value: Any) -> None:
        vars(backend)[self.name] = value


def install_managed_policies() -> None:
    """Give accounts AWS's managed policies on first access: moto takes a second to load them."""
    for late in (_Late("aws_managed_policies", _policies), _Late("managed_policies", _by_arn)):
        setattr(IAMBackend, late.name, late)
    IAMBackend._init_aws_policies = IAMBackend._init_managed_policies = lambda _: None


def own_policies(iam: IAMBackend) -> list[Any]:
    """The account's own managed policies; AWS's are not loaded for it."""
    held = dict.values(iam.managed_policies)
    return [policy for policy in held if ":aws:policy/" not in policy.arn]


class _ByArn(dict[str, Any]):
    """Policies by ARN: AWS's are there from the first time that one of them is asked for."""

    def __init__(self, backend: Any) -> None:
        """backend: None where AWS's are there."""
        super().__init__()
        self._backend = backend

    def __deepcopy__(self, memo: dict[int, Any]) -> _ByArn:
        copied = memo[id(self)] = _ByArn(deepcopy(self._backend, memo))
        dict.update(copied, deepcopy(dict(dict.items(self)), memo))
        return copied

    def _load(self) -> None:
        if self._backend is not None:
            aws, self._backend = self._backend.aws_managed_policies, None
            own = dict(dict.items(self))
            self.clear()
            self.update({policy.arn: policy for policy in aws} | own)

    def _load_for(self, arn: object) -> None:
        if ":iam::aws:" in str(arn):
            self._load()

    def __contains__(self, arn: object) -> bool:
        self._load_for(arn)
        return super().__contains__(arn)

    def __getitem__(self, arn: str) -> Any:
        self._load_for(arn)
        return super().__getitem__(arn)

    def get(self, arn: str, default: Any = None) -> Any:
        self._load_for(arn)
        return super().get(arn, default)

    def __iter__(self) -> Iterator[str]:
        self._load()
        return super().__iter__()

    def __len__(self) -> int:
        self._load()
        return super().__len__()

    def keys(self) -> Any:
        self._load()
        return super().keys()

    def values(self) -> Any:
        self._load()
        return super().values()

    def items(self) -> Any:
        self._load()
        return super().items()


def _by_arn(backend: Any) -> dict[str, Any]:
    return _ByArn(backend)


def _policies(backend: Any) -> list[Any]:
    policies = []
    for prototype in _prototypes():
        # The constructor would add it to the list behind moto's dashboard.
        policy = object.__new__(AWSManagedPolicy)
        vars(policy).update(vars(prototype))
        policy.account_id = backend.account_id
        policy.partition = backend.partition
        policy.tags = {}
        policies.append(policy)
    return policies


@cache
def _prototypes() -> list[Any]:
    """Loaded once; a backend copies the members that it changes."""
    return [
        AWSManagedPolicy.from_data(name, "aws", "aws", data)
        for name, data in json.loads(aws_managed_policies_data).items()
    ]
