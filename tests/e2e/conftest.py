"""One emulated AWS and one folder a test."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.deployments import Studio, started


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    """Starts an emulated AWS, with the given switches, and a deployment's folder for it."""
    with ExitStack() as running:

        def start(*options: str) -> Studio:
            return running.enter_context(started(tmp_path, *options))

        yield start


@pytest.fixture(scope="session")
def on_ci() -> bool:
    return os.environ.get("CI") == "true"
