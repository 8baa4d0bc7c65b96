"""An emulated ECR with one repository."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.registry.oci import Raw, make_repository, password_of


@pytest.fixture
def ecr(aws: Emulator) -> Any:
    return aws.client("ecr")


@pytest.fixture
def raw(aws: Emulator, ecr: Any) -> Raw:
    """A client with a token, and a repository to push to."""
    make_repository(ecr)
    return Raw(aws.endpoint_url, password_of(ecr))
