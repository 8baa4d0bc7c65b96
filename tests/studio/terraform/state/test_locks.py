"""A lock is one line, whatever its info holds."""

import json
from typing import Any

import pytest
from hypothesis import given

from studio.terraform.state.locks import Lock, Locked
from tests.studio.hostile import HOSTILE, anything, members


@anything
@given(content=members(["ID", "Operation", "Who", "Created", "Info"]))
def test_a_lock_with_any_info_is_one_line(content: dict[str, Any]) -> None:
    lock = Lock.parse(json.dumps(content).encode(), "network")
    assert str(Locked(lock)).isprintable()
    assert str(Locked(lock)).startswith("network: locked by ")


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_lock_is_a_lock(content: bytes) -> None:
    assert "locked by another run" in str(Lock.parse(content, "network"))
