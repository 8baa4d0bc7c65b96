"""Plans from the events of `terraform plan` and the state."""

import json
from typing import Any

import pytest

from settings import UserError
from studio.terraform.state.files import StateFile
from studio.terraform.unchanged import changes_nothing, planned_actions, unchanged_plan
from tests.studio.states import resource, state_with

SUMMARY = {"type": "change_summary", "changes": {"operation": "plan", "add": 1}}
PREVIEW = "terraform_data.review_preview"


def events(*found: Any) -> str:
    return "\n".join(json.dumps(one) for one in found)


def change(address: str, action: str = "create") -> dict[str, Any]:
    return {"type": "planned_change", "change": {"resource": {"addr": address}, "action": action}}


def outputs(action: str) -> dict[str, Any]:
    return {"type": "outputs", "outputs": {"vpc_id": {"sensitive": False, "action": action}}}


def test_drift_and_the_resource_of_a_preview_are_no_change() -> None:
    read = {"type": "apply_complete", "hook": {"action": "read"}}
    drift = {**change("aws_ecr_repository.lab", "update"), "type": "resource_drift"}
    assert changes_nothing(
        events({"type": "version"}, read, drift, change(PREVIEW), SUMMARY, outputs("noop"))
    )


@pytest.mark.parametrize(
    "event",
    [
        change("aws_vpc.main", "update"),
        change("aws_vpc.main", "noop"),
        change("data.aws_ecr_image.lab", "read"),
        {**change("aws_vpc.main", "delete"), "type": "resource_drift"},
        {"type": "resource_drift", "change": {"resource": {"addr": "aws_vpc.main"}}},
        outputs("update"),
        {"type": "deferred_change"},
        {"type": "planned_change"},
        {},
        [],
    ],
)
def test_other_events_are_changes(event: Any) -> None:
    assert not changes_nothing(events(event, SUMMARY))


@pytest.mark.parametrize("printed", ["", "Killed", events(change(PREVIEW))])
def test_incomplete_output_is_a_change(printed: str) -> None:
    assert not changes_nothing(printed)


def test_an_unchanged_plan_repeats_the_state() -> None:
    group = resource("aws_security_group", {"id": "sg-1"}, name="apps")
    rules = [
        {"index_key": 0, "attributes": {"id": "sgr-1"}},
        {"index_key": "10.0.0.0/16", "attributes": {"id": "sgr-2"}},
    ]
    rule = resource("aws_rule", name="nfs") | {"instances": rules}
    content = state_with(group, rule, outputs={"vpc_id": {"value": "vpc-1", "type": "string"}})
    state = StateFile.parse(content.encode(), "terraform.network.tfstate")
    plan = unchanged_plan(state, stack="network")
    assert plan.empty
    assert plan.outputs == {"vpc_id": "vpc-1"}
    assert {found.address: found.values["id"] for found in plan.changes} == {
        "aws_security_group.apps": "sg-1",
        "aws_rule.nfs[0]": "sgr-1",
        'aws_rule.nfs["10.0.0.0/16"]': "sgr-2",
    }


def test_planned_actions_by_address() -> None:
    printed = events({"type": "log"}, change("aws_vpc.vpc", "import"), SUMMARY)
    assert planned_actions(f"Warning: no JSON\n{printed}") == {"aws_vpc.vpc": "import"}


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        (events(change("aws_vpc.vpc")), "printed no summary of its"),
        (events({"type": "planned_change", "change": {}}, SUMMARY), "without its action"),
    ],
)
def test_planned_actions_refuses_incomplete_output(printed: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        planned_actions(printed)
