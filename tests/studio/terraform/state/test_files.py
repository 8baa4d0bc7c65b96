"""A state that is cut short, hostile or of another program is one line."""

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.terraform.state.files import StateFile
from tests.studio.hostile import HOSTILE, anything, in_one_line, members
from tests.studio.states import state_of

STATE = members(["version", "serial", "lineage", "outputs", "resources"])
GOOD = json.loads(state_of("aws_vpc", {"id": "vpc-1"}))
DAMAGED = (
    "x.tfstate: not a Terraform state",
    "from a newer Terraform; this program reads version 4",
)


@anything
@given(changed=STATE, cut=st.integers(0, 200))
@example(changed={"version": 5}, cut=0)
def test_a_damaged_state_is_one_line(changed: dict[str, Any], cut: int) -> None:
    whole = json.dumps({**GOOD, **changed}).encode()
    for content in (whole, whole[:cut]):
        found = in_one_line(partial(StateFile.parse, content, "x.tfstate"))
        assert isinstance(found, StateFile) or any(line in found for line in DAMAGED)


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_state_is_one_line(content: bytes) -> None:
    assert "not a Terraform state" in in_one_line(partial(StateFile.parse, content, "x.tfstate"))
