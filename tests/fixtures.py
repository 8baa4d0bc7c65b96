"""Fixtures that the tests of several packages share: settings and synthesized stacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from settings import Settings

if TYPE_CHECKING:
    from cdktf import TerraformStack

SettingsBuilder = Callable[..., Settings]
Synth = Callable[["TerraformStack"], dict[str, Any]]


@pytest.fixture
def settings() -> SettingsBuilder:
    """Builds valid settings with two users; keyword arguments replace top-level keys."""

    def build(**sections: Any) -> Settings:
        return Settings.model_validate({"users": {"alice": {}, "bob": {}}, **sections})

    return build


@pytest.fixture
def synth() -> Synth:
    """Synthesizes a stack, with its validations, to Terraform's JSON."""
    # It starts Node, for which tests without a stack need not wait.
    from cdktf import Testing

    def run(stack: TerraformStack) -> dict[str, Any]:
        template: dict[str, Any] = json.loads(Testing.synth(stack, True))
        return template

    return run
