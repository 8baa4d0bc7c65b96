"""`studio down` runs again after throttling and errors of AWS until the domain is deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.config import Config

from settings import UserError
from studio.aws import client
from studio.aws.waiting import wait
from studio.console.reports import Report
from studio.errors import StepFailed
from tests.studio.account import Studio, homes_of, left_of
from tests.studio.lifecycle.test_removals import take_down

KINDS = ["throttle", "error", "drop", "lose"]
MOST = 20


@pytest.fixture
def no_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients without retries, so that each fault reaches `studio down`."""
    monkeypatch.setattr(client, "_CONFIG", Config(retries={"total_max_attempts": 1}))


@pytest.mark.usefixtures("no_retries")
@pytest.mark.parametrize("seed", range(1, 3))
def test_down_can_run_again_after_each_fault(in_use: Studio, seed: int) -> None:
    nodes = [in_use.node("alice"), in_use.node("bob", registered=False)]
    in_use.aws.faults.set({"seed": seed, "rate": 0.2, "kinds": KINDS, "most": MOST})
    broken = 0
    for _ in range(MOST + 1):
        try:
            take_down(in_use, keep_homes=False)
        except UserError:
            broken += 1
        else:
            break
    in_use.aws.faults.set({})
    assert broken
    assert left_of(in_use.aws, in_use.domain_id, *nodes) == homes_of(in_use.domain_id) == []


@pytest.mark.parametrize("kind", ["app", "space", "user-profile", "domain"])
def test_a_status_that_hangs_is_an_error_and_down_can_run_again(
    in_use: Studio, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def soon(pending: Callable[[], str], *, seconds: float, report: Report) -> None:
        assert seconds >= 600
        wait(pending, seconds=0.7, report=report)

    in_use.aws.options.update({"hang": [kind]})
    with monkeypatch.context() as hurried:
        hurried.setattr("studio.aws.domain_resources.wait", soon)
        with pytest.raises(StepFailed, match=rf"{kind.replace('-', ' ')} .*Deleting.*to continue"):
            take_down(in_use, keep_homes=False)
    in_use.aws.options.update({"hang": []})
    take_down(in_use, keep_homes=False)
    assert left_of(in_use.aws, in_use.domain_id) == homes_of(in_use.domain_id) == []
