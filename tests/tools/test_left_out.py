"""The actions of AmazonSageMakerFullAccess that the roles do not grant."""

from collections import Counter

from tools.left_out import LEFT_OUT
from tools.permissions import full_access, granted, matching

PATTERNS = [pattern for entry in LEFT_OUT for pattern in entry.actions]


def test_every_action_of_full_access_is_granted_or_left_out_once() -> None:
    missing = full_access() - granted()
    times = Counter(action for entry in LEFT_OUT for action in matching(entry.actions, missing))
    assert {action: times[action] for action in missing if times[action] != 1} == {}


def test_no_role_grants_an_action_that_is_left_out() -> None:
    assert matching(PATTERNS, granted()) == []


def test_every_action_that_is_left_out_is_in_full_access() -> None:
    assert [pattern for pattern in PATTERNS if not matching([pattern], full_access())] == []
