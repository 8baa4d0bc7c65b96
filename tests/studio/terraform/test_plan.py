"""Reading plan files, real and malformed ones."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from settings import UserError
from studio.terraform.plan import PREVIEW, Action, Plan, is_below, read_plan
from tests.studio.hostile import JSON
from tests.studio.states import plan_with, planned

PLANS = Path(__file__).parents[1] / "plans"


def plan(**change: Any) -> str:
    unchanged = {"actions": ["no-op"], "before": {}, "after": {}, "after_unknown": {}}
    return plan_with(planned("aws_vpc.a", **unchanged | change))


@pytest.mark.parametrize("path", sorted(PLANS.glob("*/*.json")), ids=lambda p: f"{p.parent.name}")
def test_a_truncated_plan_is_one_line(path: Path) -> None:
    content = path.read_bytes()
    assert read_plan(content, stack=path.stem).changes
    for part in range(1, 20):
        with pytest.raises(UserError, match=f"plan of {path.stem}: .*cut short"):
            read_plan(content[: len(content) * part // 20], stack=path.stem)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "cut short or no JSON"),
        ("null", "prints: no JSON object"),
        ("[]", "prints: no JSON object"),
        ("{}", "format_version"),
        ('{"format_version": "2.0"}', "format_version"),
        ('{"format_version": "1.2", "errored": true}', "stopped it"),
        ('{"format_version": "1.2", "resource_changes": {}}', "resource_changes"),
        ('{"format_version": "1.2", "resource_changes": [3]}', "resource_changes[0]"),
        (plan(actions=["explode"]), "actions"),
        (plan(actions=["read", "delete"]), "read, delete"),
        (plan(before=[1]), "no object"),
        (plan().replace("aws_vpc.a", "a\\u001b[2Jb"), "address"),
        (plan().replace("aws_vpc.a", "a\\u202eb"), "address"),
        (plan().replace("aws_vpc.a", "x" * 10_000_000), "address"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 5_000, "cut short or no JSON"),
        (b"\xff\xfe\x00", "cut short or no JSON"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_malformed_plan_is_one_line(content: str | bytes, message: str) -> None:
    with pytest.raises(UserError) as refused:
        read_plan(content, stack="domain")
    line = str(refused.value)
    assert line.startswith("plan of domain: ")
    assert message in line
    assert line.isprintable()
    assert len(line) < 300


def test_a_plan_may_have_the_largest_size_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    content = plan()
    monkeypatch.setattr("studio.terraform.plan.LARGEST", len(content))
    assert read_plan(content, stack="s").empty
    with pytest.raises(UserError, match=r"^plan of s: larger than 0 MB$"):
        read_plan(f"{content} ", stack="s")


@given(before=JSON, after=JSON, unknown=JSON)
def test_any_attributes_are_read_or_refused(before: Any, after: Any, unknown: Any) -> None:
    content = plan(actions=["update"], before=before, after=after, after_unknown=unknown)
    with contextlib.suppress(UserError):
        (change,) = read_plan(content, stack="s").changes
        assert all(path.isprintable() for path in change.attributes())


@pytest.mark.parametrize(
    ("actions", "action"),
    [
        (["delete", "create"], Action.REPLACE),
        (["create", "delete"], Action.REPLACE),
        (["forget"], Action.FORGET),
        (["update"], Action.UPDATE),
    ],
)
def test_actions(actions: list[str], action: Action) -> None:
    (change,) = read_plan(plan(actions=actions), stack="s").changes
    assert change.action is action


def test_changed_attributes_are_named_by_path() -> None:
    content = plan(
        actions=["update"],
        before={"same": 1, "block": [{"a": 1, "b": [1]}], "gone": 1, "kind": [], "x": [{}, {}]},
        after={"same": 1, "block": [{"a": 2, "b": [1, 2]}], "list": [], "kind": {}, "x": [{}, {}]},
        after_unknown={"arn": True, "block": [{}], "x": [{"id": True}]},
    )
    (change,) = read_plan(content, stack="s").changes
    paths = ["arn", "block[0].a", "block[0].b", "gone", "kind", "list", "x[0].id"]
    assert change.attributes() == paths


def of(*changes: dict[str, Any], drift: Sequence[Any] = (), **outputs: Any) -> Plan:
    document = plan_with(*changes, resource_drift=drift, output_changes=outputs)
    return read_plan(document, stack="s")


NOTHING, CREATE = planned("aws_vpc.a", actions=["no-op"]), planned("aws_vpc.b", actions=["create"])
READ = {**planned("aws_ami.a", actions=["read"]), "mode": "data"}


@pytest.mark.parametrize(
    ("changes", "outputs", "empty"),
    [
        ((), {}, True),
        ((NOTHING,), {"id": {"actions": ["no-op"]}}, True),
        ((NOTHING, CREATE), {}, False),
        ((NOTHING,), {"id": {"actions": ["update"]}}, False),
        ((NOTHING, READ), {}, False),
        ((NOTHING, {**READ, "change": {"actions": ["no-op"]}}), {}, True),
    ],
)
def test_a_plan_is_empty_if_nothing_changes_and_nothing_is_read_later(
    changes: tuple[dict[str, Any], ...], outputs: dict[str, Any], empty: bool
) -> None:
    assert of(*changes, **outputs).empty is empty


def test_data_sources_and_the_preview_are_no_changes() -> None:
    preview = planned(f"terraform_data.{PREVIEW}", actions=["create"])
    assert [change.address for change in of(READ, preview, CREATE).changes] == ["aws_vpc.b"]


def test_what_drifted_is_gone_only_if_it_was_deleted() -> None:
    drift = [
        planned("aws_vpc.a", actions=["delete"], before={"id": "vpc-1"}),
        planned("aws_vpc.b", actions=["update"]),
    ]
    (gone,) = of(drift=drift).gone
    assert (gone.address, gone.action) == ("aws_vpc.a", Action.GONE)
    assert gone.values == {"id": "vpc-1"}


def test_an_output_is_known_unless_a_part_of_it_is_unknown() -> None:
    plan = of(
        known={"actions": ["create"], "after": 1, "after_unknown": False},
        unknown={"actions": ["create"], "after": {}, "after_unknown": {"ids": [False, True]}},
        removed={"actions": ["delete"]},
    )
    assert plan.outputs == {"known": 1, "unknown": None}


def test_a_replacement_is_a_deletion_of_the_earlier_values_and_two_operations() -> None:
    before, after = {"id": "old"}, {"id": "new"}
    plan = of(
        planned("aws_vpc.replaced", actions=["delete", "create"], before=before, after=after),
        planned("aws_vpc.updated", actions=["update"], before=before, after=after),
        planned("aws_vpc.destroyed", actions=["delete"], before=before),
        planned("aws_vpc.forgotten", actions=["forget"], before=before),
    )
    assert [change.address for change in plan.deleted] == ["aws_vpc.replaced", "aws_vpc.destroyed"]
    assert [change.values["id"] for change in plan.changes] == ["old", "new", "old", "old"]
    assert plan.operations == 4


@pytest.mark.parametrize(
    ("path", "below"),
    [("tags", True), ("tags.a", True), ("tags[0]", True), ("tags_all", False), ("a.tags", False)],
)
def test_an_attribute_is_below_itself_and_its_parents(path: str, below: bool) -> None:
    assert is_below(path, ["other", "tags"]) is below
