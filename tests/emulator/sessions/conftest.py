"""Fixtures: an account of the advanced tier for all tests of a file, and its nodes."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.sessions.channels import advanced, node_of


@pytest.fixture(scope="module")
def aws(aws_of_file: Emulator) -> Emulator:
    """An emulated AWS in Systems Manager's advanced tier."""
    advanced(aws_of_file)
    return aws_of_file


@pytest.fixture(scope="module")
def ssm(aws: Emulator) -> Any:
    return aws.client("ssm")


@pytest.fixture
def node(aws: Emulator) -> str:
    """A node with the owner alice."""
    return node_of(aws)
