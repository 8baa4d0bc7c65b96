"""The AWS client of recovery."""

import pytest

from studio.aws.client import Aws
from studio_emulator.server import Emulator


@pytest.fixture
def found(entered: Emulator) -> Aws:  # noqa: ARG001 (it sets the environment)
    return Aws("us-east-1")
