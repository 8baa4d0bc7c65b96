"""Checks that name and region of the settings, account and state are of the same deployment."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from settings import Settings, SettingsError, UserError
from studio.aws.client import Aws
from studio.terraform.state.files import Resource
from studio.terraform.state.folder import Folder
from studio.terraform.state.stores import StateStore, store_of

_ARN = re.compile(r"arn:[a-z0-9-]+:[a-z0-9-]+:(?P<region>[a-z0-9-]*):(?P<account>\d{12}):")


class WrongDeployment(SettingsError):
    """The state belongs to another deployment than the settings or the credentials."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The deployments, regions and accounts that the resources of a state name."""

    names: frozenset[str]
    regions: frozenset[str]
    accounts: frozenset[str]

    @classmethod
    def of(cls, resources: Iterable[Resource]) -> Self:
        """From the tags and ARNs of the resources."""
        held = list(resources)
        arns = [arn for one in held if (arn := _ARN.match(str(one.attributes.get("arn") or "")))]
        return cls(
            names=frozenset(name for one in held if (name := one.deployment)),
            regions=frozenset(arn["region"] for arn in arns if arn["region"]),
            accounts=frozenset(arn["account"] for arn in arns),
        )

    def check(self, settings: Settings, store: StateStore) -> None:
        """Raise WrongDeployment if the settings or the credentials belong to another deployment.

        store: of the state. Raises UserError if AWS does not return the account.
        """
        holds = f"the state in {store.name} holds {_quoted(self.names) or 'a deployment'}"
        elsewhere = (
            "--out FOLDER/cdktf.out" if isinstance(store, Folder) else "another state.key_prefix"
        )
        if others := self.names - {settings.name}:
            raise WrongDeployment(
                f'{settings.file_name}: name = "{settings.name}", but {holds}: use --config with '
                f"the settings of {_quoted(others)}, or give {settings.name!r} a state of its own "
                f"({elsewhere}); nothing was changed"
            )
        if others := self.regions - {settings.region}:
            raise WrongDeployment(
                f'{settings.file_name}: region = "{settings.region}", but {holds} in '
                f"{', '.join(sorted(others))}: use that region, or give the deployment in "
                f"{settings.region} a state of its own ({elsewhere}); nothing was changed"
            )
        account = Aws(settings.region).account() if self.accounts else None
        if account is not None and (others := self.accounts - {account}):
            raise WrongDeployment(
                f"the credentials belong to account {account}, but {holds} in account "
                f"{', '.join(sorted(others))}: set AWS_PROFILE to credentials of that account, or "
                f"use a state of its own for {account} ({elsewhere}); nothing was changed"
            )


def check_state(settings: Settings, *, out: Path) -> None:
    """Raise WrongDeployment if the local state, or that in the bucket, is another deployment's.

    out: the cdktf.out; local state is beside it. Writes nothing. Skips a state that cannot be read,
    and the account if AWS does not return it: the command itself reports these errors.
    """
    local = Folder(out.resolve().parent)
    stores: list[StateStore] = [local]
    if settings.state.bucket:
        stores.append(store_of(settings, local.path))
    for store in stores:
        try:
            Identity.of(readable_resources(store)).check(settings, store)
        except WrongDeployment:
            raise
        except UserError:
            continue


def check_resources(
    settings: Settings, resources: Mapping[str, Iterable[Resource]], *, out: Path
) -> None:
    """Raise WrongDeployment if these resources are another deployment's.

    Raises UserError if AWS does not return the account.
    """
    store = store_of(settings, out.parent)
    found = [resource for held in resources.values() for resource in held]
    Identity.of(found).check(settings, store)


def require_same_case(settings: Settings, resources: Mapping[str, Iterable[Resource]]) -> None:
    """Raise SettingsError for a user whose name differs only in case from a deployed one.

    resources: by stack. Terraform would create the role of the new name while the old one still
    exists.
    """
    prefix, deployed = f"{settings.name}-user-", dict[str, str]()
    for one in (one for held in resources.values() for one in held):
        match one.kind, one.attributes:
            case "aws_sagemaker_user_profile", {"user_profile_name": str(name)}:
                deployed[name.casefold()] = name
            # An interrupted run may have created the role alone.
            case "aws_iam_role", {"name": str(role)} if role.startswith(prefix):
                name = role.removeprefix(prefix)
                deployed[name.casefold()] = name
    for user in settings.users:
        if (name := deployed.get(user.casefold(), user)) != user:
            raise SettingsError(
                f"{settings.file_name}: users.{user}: differs only in case from the deployed user "
                f"{name}, which AWS does not distinguish: call it {name}, or remove it, run "
                f"`studio up`, then add {user}; nothing was changed"
            )


def readable_resources(store: StateStore) -> Iterator[Resource]:
    """The resources of all states that can be read."""
    with suppress(UserError):
        for stack in store.stacks():
            with suppress(UserError):
                state = store.read(stack)
                yield from state.resources if state else ()


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))
