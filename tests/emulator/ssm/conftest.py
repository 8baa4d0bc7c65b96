"""Fixtures: a role, a node and the advanced tier of Systems Manager in a new account."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from studio_emulator.ssm.settings import TIER
from tests.emulator.samples import make_role, trust
from tests.emulator.ssm.registration import OWNER, register_node


@pytest.fixture
def ssm(aws: Emulator) -> Any:
    return aws.client("ssm")


@pytest.fixture
def role(aws: Emulator) -> str:
    make_role(aws, "node", trusts=trust("ssm.amazonaws.com"))
    return "node"


@pytest.fixture
def node(aws: Emulator, ssm: Any, role: str) -> str:
    return register_node(aws, ssm.create_activation(IamRole=role, Tags=[OWNER]), name="lab")


@pytest.fixture
def advanced(ssm: Any) -> None:
    """The account has the advanced tier."""
    ssm.update_service_setting(SettingId=TIER, SettingValue="advanced")
