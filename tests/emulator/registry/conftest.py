"""An emulated ECR with one repository."""

from typing import Any

import pytest

from studio_emulator import registry
from studio_emulator.moto_internals import ecr_backends
from studio_emulator.options import Options
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import ACCOUNT, REGION, Raw, make_repository, password_of


@pytest.fixture
def aws(aws_of_file: Emulator) -> Emulator:
    """The emulator without repositories. A complete reset takes longer than these tests."""
    for region in (REGION, "eu-west-1"):
        ecr_backends[ACCOUNT][region].reset()
    registry.reset()
    aws_of_file.options.update(Options(speed=1000).as_dict())
    return aws_of_file


@pytest.fixture
def ecr(aws: Emulator) -> Any:
    return aws.client("ecr")


@pytest.fixture
def raw(aws: Emulator, ecr: Any) -> Raw:
    """A client with a token, and a repository to push to."""
    make_repository(ecr)
    return Raw(aws.endpoint_url, password_of(ecr))
