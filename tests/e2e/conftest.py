"""One emulated AWS and one folder a test."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scripts.support import emulated
from tests.e2e.deployments import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    """Starts an emulated AWS, with the given switches, and a deployment's folder for it."""
    with ExitStack() as running:

        def start(*options: str) -> Studio:
            aws = running.enter_context(
                emulated.aws(
                    log=tmp_path / "emulator.log", speed=100, region="us-east-1", options=options
                )
            )
            return Studio.in_folder(tmp_path / "deployment", aws)

        yield start


@pytest.fixture(scope="session")
def on_ci() -> bool:
    return os.environ.get("CI") == "true"
