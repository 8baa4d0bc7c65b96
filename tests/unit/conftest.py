"""Settings and synthesized stacks for the unit tests."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cdktf import TerraformStack, Testing

from settings import Settings

# pytest takes it for a test class.
Testing.__test__ = False

SettingsBuilder = Callable[..., Settings]
Synth = Callable[[TerraformStack], dict[str, Any]]


@pytest.fixture
def settings() -> SettingsBuilder:
    """Builds valid settings with two users; keyword arguments replace top-level keys."""

    def build(**sections: Any) -> Settings:
        return Settings.model_validate({"users": {"alice": {}, "bob": {}}, **sections})

    return build


@pytest.fixture
def synth() -> Synth:
    """Synthesizes a stack, with its validations, to Terraform's JSON."""

    def run(stack: TerraformStack) -> dict[str, Any]:
        template: dict[str, Any] = json.loads(Testing.synth(stack, True))
        return template

    return run
