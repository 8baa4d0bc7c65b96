"""The events that are reported, and those that are only logged."""

import json
from typing import Any

import pytest

from studio.console.board import Board
from studio.terraform.events import Events
from tests.studio.states import error


def take(*events: dict[str, Any] | str) -> tuple[Events, list[str], list[str]]:
    """The reader, the reported lines, and the logged lines."""
    seen: list[str] = []
    found = Events(stack="network", report=seen.append, event=seen.append, board=Board())
    lines = [one if isinstance(one, str) else json.dumps(one) for one in events]
    logged = [found.take(line) for line in lines]
    return found, seen, logged


def hook(type_: str, action: str, seconds: int) -> dict[str, Any]:
    resource = {"addr": "aws_vpc.vpc", "resource_type": "aws_vpc"}
    found = {"resource": resource, "action": action, "elapsed_seconds": seconds}
    return {"@message": f"aws_vpc.vpc: {action}", "type": type_, "hook": found}


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (hook("apply_complete", "create", 1), "network  created   aws_vpc.vpc (1s)"),
        (hook("apply_complete", "update", 0), "network  changed   aws_vpc.vpc (0s)"),
        (hook("apply_complete", "delete", 62), "network  destroyed aws_vpc.vpc (1m2s)"),
        (hook("apply_progress", "create", 60), "network  waiting   aws_vpc.vpc (1m0s)"),
        (
            {"@message": "Plan: 2 to add, 0 to change, 0 to destroy.", "type": "change_summary"},
            "network  Plan: 2 to add, 0 to change, 0 to destroy.",
        ),
    ],
)
def test_a_change_of_a_resource_is_one_line(event: dict[str, Any], text: str) -> None:
    _, seen, _ = take(event)
    assert seen == [text]


@pytest.mark.parametrize(
    "event",
    [
        hook("apply_start", "create", 0),
        hook("apply_complete", "read", 1),
        {"@message": "aws_vpc.vpc: Refreshing state...", "type": "refresh_start"},
        {
            "@message": "Warning: x",
            "type": "diagnostic",
            "diagnostic": {"severity": "warning", "summary": "x", "detail": ""},
        },
        "no event",
        "[1]",
        "[" * 100_000,
        "",
    ],
    ids=str,
)
def test_other_events_are_only_logged(event: dict[str, Any] | str) -> None:
    found, seen, logged = take(event)
    assert (found.errors, seen) == ([], [])
    assert logged == [event if isinstance(event, str) else event["@message"]]


def test_an_error_is_shortened_and_logged_in_full() -> None:
    policy = json.dumps({"Statement": [{"Sid": f"statement {n}"} for n in range(100)]})
    found, seen, logged = take(
        error("creating Domain: refused", address="aws_sagemaker_domain.one", detail=policy)
    )
    (line,) = found.errors
    assert line.startswith("creating Domain: refused (aws_sagemaker_domain.one): {")
    assert len(line) == 300
    assert seen == [f"network  ! {line}"]
    assert policy in logged[0]


def test_only_the_first_errors_are_reported() -> None:
    found, seen, _ = take(*(error(f"error {n}") for n in range(40)))
    assert len(found.errors) == 40
    assert len(seen) == 6
    assert seen[-1] == "network  ! more errors"


def test_a_lock_that_nobody_holds_is_an_error_like_others() -> None:
    full = error("Error acquiring the state lock", detail="write: no space left on device")
    found, seen, _ = take(full)
    assert not found.locked
    assert seen == ["network  ! Error acquiring the state lock: write: no space left on device"]


@pytest.mark.parametrize(
    "detail",
    [
        "Lock Info:\n  ID: 1",
        # Of S3's lock file that the other run deleted before Terraform read it.
        "2 errors occurred:\n\t* operation error S3: PutObject, StatusCode: 412, api error "
        "PreconditionFailed: At least one of the pre-conditions\n\t* unable to retrieve file",
    ],
)
def test_a_lock_is_for_the_caller_to_say(detail: str) -> None:
    found, seen, _ = take(error("Error acquiring the state lock", detail=detail))
    assert (found.locked, found.errors, seen) == (True, [], [])


@pytest.mark.parametrize(
    "summary", ["Saved plan is stale", "Saved plan does not match the given state"]
)
def test_a_stale_plan_is_for_the_caller_to_say(summary: str) -> None:
    found, seen, _ = take(error(summary))
    assert (found.stale, found.errors, seen) == (True, [], [])
