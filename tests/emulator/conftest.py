"""Studio without a server, and SageMaker's client of an emulator."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.control_plane import ControlPlane


@pytest.fixture
def studio() -> ControlPlane:
    return ControlPlane()


@pytest.fixture
def sagemaker(aws: Emulator) -> Any:
    return aws.client("sagemaker")
