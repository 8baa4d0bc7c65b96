"""States with values that the provider does not write cause no traceback."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from settings import UserError
from studio.aws.client import Aws
from studio.doctor.context import Context
from studio.lifecycle.bill import bill
from studio.lifecycle.down import Teardown
from studio.lifecycle.recovery.tainted import untaint
from studio.review.data_loss import DATA_RESOURCES
from studio.terraform.state.files import Resource, StateFile
from tests.studio.account import REGION
from tests.studio.deployed import STACKS, Deployed
from tests.studio.lifecycle.test_down import settings

KINDS = {
    "aws_vpc": "network",
    "aws_vpc_endpoint": "network",
    "aws_kms_key": "role",
    "aws_ecr_repository": "ecr",
    "aws_sagemaker_image": "image",
    "aws_sagemaker_domain": "domain",
    "aws_sagemaker_space": "users",
    "aws_sagemaker_user_profile": "users",
}
ATTRIBUTES = (
    "id", "arn", "vpc_endpoint_type", "service_name", "force_delete", "domain_id", "space_name",
    "user_profile_name", "image_name",
)  # fmt: skip
VALUES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    | st.sampled_from(["Interface", "\x1b[2J", "../../x", "a" * 100_000, "arn:aws:iam::1:x"])
    | st.lists(st.text(max_size=3), max_size=2) | st.dictionaries(st.text(max_size=3), st.none())
)  # fmt: skip
RESOURCES = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES)),
    max_size=6,
)


def parsed(kind: str, attributes: dict[str, Any], *, name: str = "one") -> list[Resource]:
    """The resources of a state with one tainted resource."""
    instances = [{"status": "tainted", "attributes": attributes}]
    found = {"mode": "managed", "type": kind, "name": name, "instances": instances}
    document = {"version": 4, "lineage": "one", "serial": 1, "resources": [found]}
    return list(StateFile.parse(json.dumps(document).encode(), "x.tfstate").resources)


@pytest.mark.parametrize("id_", [["x"], {"a": 1}, 7, True])
@pytest.mark.parametrize("kind", ["aws_vpc", "aws_vpc_endpoint", "aws_sagemaker_domain"])
def test_an_id_that_is_no_text_is_an_error(kind: str, id_: object) -> None:
    with pytest.raises(
        UserError, match=r"x\.tfstate: .*resources\[0\]\.instances\[0\]\.attributes\.id: "
    ):
        parsed(kind, {"id": id_})


@pytest.mark.parametrize("name", ["", "a\x1b[2J", "a b", "a" * 1000])
def test_an_invalid_resource_name_is_an_error(name: str) -> None:
    with pytest.raises(UserError, match=r"x\.tfstate: .*resources\[0\]\.name: "):
        parsed("aws_vpc", {}, name=name)


@effort(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(found=[("aws_vpc_endpoint", {"id": "vpce-1"})])
@example(found=[("aws_sagemaker_space", {"id": "one"})])
@given(found=RESOURCES)
def test_any_state_is_read_or_is_an_error(
    deployed: Deployed, tmp_path: Path, found: list[tuple[str, dict[str, Any]]]
) -> None:
    state: dict[str, list[Resource]] = {stack: [] for stack in STACKS}
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"provider": {"aws": [{"region": REGION}]}}))
    said: list[str] = []
    it = replace(deployed, state=state, report=said.append)
    with contextlib.suppress(UserError):
        for kind, attributes in found:
            state[KINDS[kind]] += parsed(kind, attributes)
        teardown = Teardown.of(settings("Delete"), it)
        said += teardown.preview()
        said.append(str(bill(Aws(REGION), teardown.deployed, teardown.live)))
        said += Context(settings=settings("Delete"), deployment=it).endpoints_in_state
        for resources in state.values():
            untaint(lambda *_: "", tmp_path, resources, report=said.append)


@pytest.mark.parametrize(
    "kind", ["aws_sagemaker_domain", "aws_sagemaker_space", "aws_sagemaker_user_profile"]
)
@pytest.mark.usefixtures("ours")
def test_a_resource_without_its_key_attributes_stays_tainted(tmp_path: Path, kind: str) -> None:
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"provider": {"aws": [{"region": REGION}]}}))
    assert kind in DATA_RESOURCES
    terraform, said = MagicMock(return_value=""), list[str]()
    assert untaint(terraform, tmp_path, parsed(kind, {"arn": "x"}), report=said.append) == set()
    assert not any("untaint" in one.args for one in terraform.mock_calls)
    assert f"{kind}.one cannot be looked up: its state has no " in said[0]
