"""docs/reference/permissions.md: complete, free of contradictions, and written from the code."""

from collections import Counter

import pytest

from tools.left_out import LEFT_OUT, LeftOut
from tools.narrowed import NARROWED, Narrowed
from tools.permissions import full_access, granted, matching


def test_every_action_of_full_access_is_granted_or_left_out_once() -> None:
    missing = full_access() - granted()
    times = Counter(action for entry in LEFT_OUT for action in matching(entry.actions, missing))
    assert {action: times[action] for action in missing if times[action] != 1} == {}


@pytest.mark.parametrize("entry", LEFT_OUT, ids=lambda entry: entry.feature)
def test_what_is_left_out_is_not_granted_elsewhere(entry: LeftOut) -> None:
    assert matching(entry.actions, granted()) == []


@pytest.mark.parametrize("entry", LEFT_OUT, ids=lambda entry: entry.feature)
def test_what_is_left_out_is_in_full_access(entry: LeftOut) -> None:
    assert [p for p in entry.actions if not matching([p], full_access())] == []


@pytest.mark.parametrize("entry", NARROWED, ids=lambda entry: entry.feature)
def test_what_is_narrowed_is_granted_by_both(entry: Narrowed) -> None:
    assert set(entry.actions) <= granted() & full_access()


def test_the_wildcards_of_full_access_are_spelled_out() -> None:
    assert matching(["*[*]*"], full_access()) == ["groundtruthlabeling:*"]
    assert {"sagemaker:CreateDomain", "sagemaker:InvokeEndpoint"} <= full_access()
