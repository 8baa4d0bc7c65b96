"""Reading plan files, real and malformed ones."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from settings import UserError
from studio.terraform.plan import Action, read_plan
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
        before={"same": 1, "block": [{"a": 1, "b": [1]}], "gone": 1},
        after={"same": 1, "block": [{"a": 2, "b": [1, 2]}], "list": []},
        after_unknown={"arn": True, "block": [{}]},
    )
    (change,) = read_plan(content, stack="s").changes
    assert change.attributes() == ["arn", "block[0].a", "block[0].b", "gone", "list"]
