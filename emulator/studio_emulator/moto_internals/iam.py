"""IAM: pages of its lists, users' boundaries, and AWS's policies, which load on first access."""

import json
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, Role, User
from moto.iam.utils import generate_access_key_id_from_account_id

from studio_emulator import paging
from studio_emulator.moto_internals.loading import LoadedOnAccess
from studio_emulator.moto_internals.replacing import replaces


def _page(items: Iterable[Any], prefix: str | None, marker: str | None, size: int) -> Any:
    """Use names as the markers of lists of roles and policies: moto's markers are offsets.

    `moto_lists` would read all of AWS's 1,600 policies for each page.
    """
    return paging.page(
        (item for item in items if item.path.startswith(prefix or "/")),
        key=lambda item: [item.name, item.arn],
        size=size,
        # Moto's value for no marker.
        token=None if marker == "0" else marker,
    )


@replaces(IAMBackend, "list_roles")
def _list_roles(
    _: Any, iam: Any, path_prefix: str | None = None, marker: Any = None, max_items: Any = None
) -> Any:
    return _page(iam.roles.values(), path_prefix, marker, int(max_items or 100))


@replaces(IAMBackend, "_filter_attached_policies")
def _filter(
    _: Any, _iam: Any, policies: Any, marker: str | None, max_items: int, path_prefix: str
) -> Any:
    return _page(policies, path_prefix, marker, max_items)


def own_policies(iam: IAMBackend) -> list[Any]:
    """The account's own managed policies; does not load AWS's."""
    loaded = iam.managed_policies.loaded.values()
    return [policy for policy in loaded if ":aws:policy/" not in policy.arn]


# Show the permissions boundary of a user like that of a role.
User.permissions_boundary_arn = None
User.permissions_boundary = Role.permissions_boundary


def new_temporary_key(account: str) -> str:
    """The id of a new temporary access key."""
    return str(generate_access_key_id_from_account_id(account, prefix="ASIA"))


def has_account(access_key: str, account: str) -> bool:
    """Whether the id of the access key contains the account, as every id that moto creates does."""
    return access_key[4:12] == new_temporary_key(account)[4:12]


class _PoliciesByArn(MutableMapping[str, Any]):
    """Policies by ARN: loads AWS's when one of them, or the whole list, is needed."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self.loaded: dict[str, Any] = {}

    def _load(self) -> None:
        if self._backend is not None:
            aws, self._backend = self._backend.aws_managed_policies, None
            self.loaded = {policy.arn: policy for policy in aws} | self.loaded

    def __getitem__(self, arn: str) -> Any:
        if ":iam::aws:" in str(arn):
            self._load()
        return self.loaded[arn]

    def __setitem__(self, arn: str, policy: Any) -> None:
        self.loaded[arn] = policy

    def __delitem__(self, arn: str) -> None:
        del self.loaded[arn]

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(self.loaded)

    def __len__(self) -> int:
        self._load()
        return len(self.loaded)


def _policies(backend: Any) -> list[Any]:
    return [
        AWSManagedPolicy.from_data(name, backend.account_id, backend.partition, data)
        for name, data in json.loads(aws_managed_policies_data).items()
    ]


def _load_on_access(name: str, make: Callable[[Any], Any]) -> None:
    """Load AWS's managed policies on first access, because that takes time.

    Moto searches the backends of six partitions for the access key of a request.
    """

    def load(backend: Any) -> None:
        if vars(backend).get(name) is None:
            vars(backend)[name] = make(backend)

    setattr(IAMBackend, name, LoadedOnAccess(name, load))


_load_on_access("aws_managed_policies", _policies)
_load_on_access("managed_policies", _PoliciesByArn)
IAMBackend._init_aws_policies = IAMBackend._init_managed_policies = lambda _: None
