"""What is read of a state; one that is cut short, hostile or of another program is one line."""

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from settings import UserError
from studio.terraform.state.files import StateFile
from tests.studio.hostile import HOSTILE, anything, in_one_line, members
from tests.studio.states import resource, state_of, state_with, tainted_resources

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


@pytest.mark.parametrize("id_", [["x"], {"a": 1}, 7, True])
@pytest.mark.parametrize("kind", ["aws_vpc", "aws_vpc_endpoint", "aws_sagemaker_domain"])
def test_an_id_that_is_no_text_is_an_error(kind: str, id_: object) -> None:
    with pytest.raises(
        UserError, match=r"x\.tfstate: .*resources\[0\]\.instances\[0\]\.attributes\.id: "
    ):
        tainted_resources(kind, {"id": id_})


@pytest.mark.parametrize("name", ["", "a\x1b[2J", "a b", "a" * 1000])
def test_an_invalid_resource_name_is_an_error(name: str) -> None:
    with pytest.raises(UserError, match=r"x\.tfstate: .*resources\[0\]\.name: "):
        tainted_resources("aws_vpc", {}, name=name)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (3, r"^x\.tfstate: not a Terraform state: version: "),
        (
            5,
            r"^x\.tfstate: state version 5, from a newer Terraform; this program reads version 4: ",
        ),
    ],
)
def test_a_state_of_another_version_is_an_error(version: int, said: str) -> None:
    content = json.dumps({**GOOD, "version": version}).encode()
    with pytest.raises(UserError, match=said):
        StateFile.parse(content, "x.tfstate")


@pytest.mark.parametrize(("key", "index"), [(None, ""), ("a", '["a"]'), (0, "[0]")])
def test_an_instance_has_the_index_that_terraform_prints(key: str | int | None, index: str) -> None:
    document = state_of("aws_vpc", {"id": "vpc-1"}, index_key=key)
    (found,) = StateFile.parse(document.encode(), "x.tfstate").resources
    assert found.index == index


def test_a_state_has_tainted_resources() -> None:
    new = resource("aws_kms_key", {"id": "1"}, name="new", status="tainted")
    document = state_with(new, resource("aws_kms_key", {}, name="old"))
    state = StateFile.parse(document.encode(), "terraform.role.tfstate")
    assert {one.address: one.tainted for one in state.resources} == {
        "aws_kms_key.new": True,
        "aws_kms_key.old": False,
    }
