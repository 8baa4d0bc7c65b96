"""The AWS client of recovery, and the folder of a synthesized stack."""

import json
from pathlib import Path

import pytest

from studio.aws.client import Aws
from studio_emulator.server import Emulator


@pytest.fixture
def found(entered: Emulator) -> Aws:  # noqa: ARG001 (it sets the environment)
    return Aws("us-east-1")


@pytest.fixture
def folder(found: Aws, tmp_path: Path) -> Path:
    provider = {"provider": {"aws": [{"region": found.region}]}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps(provider))
    return tmp_path
