"""The actions of AmazonSageMakerFullAccess that the roles do not grant, or with narrower limits."""

from collections import Counter

from tools.full_access import LEFT_OUT, NARROWED
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


def test_roles_and_full_access_grant_every_narrowed_action() -> None:
    actions = {action for entry in NARROWED for action in entry.actions}
    assert actions - (granted() & full_access()) == set()
