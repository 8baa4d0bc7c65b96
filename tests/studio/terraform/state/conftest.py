"""The store of states in the bucket `team-state`, below `lab`."""

from pathlib import Path

import pytest

from settings import Settings
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.stores import store_of
from studio_emulator.server import Emulator
from tests.synthesis import settings


@pytest.fixture
def in_bucket() -> Settings:
    return settings(state={"bucket": "team-state", "key_prefix": "lab"})


@pytest.fixture
def bucket(entered: Emulator, in_bucket: Settings, tmp_path: Path) -> Bucket:
    entered.client("s3").create_bucket(Bucket="team-state")
    found = store_of(in_bucket, tmp_path)
    assert isinstance(found, Bucket)
    return found
