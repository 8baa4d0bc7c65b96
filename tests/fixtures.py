"""Fixtures for tests of several packages: settings and synthesized stacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from settings import Settings

if TYPE_CHECKING:
    from cdktf import TerraformStack

SettingsBuilder = Callable[..., Settings]
Template = dict[str, Any]
Synth = Callable[["TerraformStack"], Template]

_T = TypeVar("_T")


def once(build: Callable[..., _T]) -> Callable[..., _T]:
    """`build`, called once for the same keyword arguments, which JSON can hold."""
    built: dict[str, _T] = {}

    @wraps(build)
    def found(**arguments: Any) -> _T:
        key = json.dumps(arguments, sort_keys=True)
        if key not in built:
            built[key] = build(**arguments)
        return built[key]

    return found


def new_stack() -> TerraformStack:
    """An empty stack of another app, which passes plain values to modules."""
    from cdktf import TerraformStack, Testing
    from cdktf_cdktf_provider_aws.provider import AwsProvider

    stack = TerraformStack(Testing.app(), "x")
    AwsProvider(stack, "aws")
    return stack


def only(template: Template, kind: str, section: str = "resource") -> Template:
    """The only resource, or data source, of a type."""
    (found,) = template[section][kind].values()
    return dict(found)


@pytest.fixture(scope="session")
def settings() -> SettingsBuilder:
    """Builds valid settings with two users; keyword arguments replace top-level keys."""

    def build(**sections: Any) -> Settings:
        return Settings.model_validate({"users": {"alice": {}, "bob": {}}, **sections})

    return build


@pytest.fixture(scope="session")
def synth() -> Synth:
    """Synthesizes a stack, with its validations, to Terraform's JSON."""
    # It starts Node, for which tests without a stack need not wait.
    from cdktf import Testing

    def run(stack: TerraformStack) -> Template:
        template: Template = json.loads(Testing.synth(stack, True))
        return template

    return run


@pytest.fixture(scope="session")
def network(settings: SettingsBuilder, synth: Synth) -> Callable[..., Template]:
    """Synthesizes the network stack, once for the same settings; leave what it returns as it is."""
    from cdktf import Testing

    from stacks.network import NetworkStack

    @once
    def build(**sections: Any) -> Template:
        return synth(NetworkStack(Testing.app(), "network", settings=settings(**sections)))

    return build
