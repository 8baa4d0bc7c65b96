"""`studio down` is interrupted, hangs, or meets apps and nodes that appear meanwhile."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from unittest.mock import MagicMock

import pytest

from studio.aws.client import Aws
from studio.aws.waiting import wait
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.lifecycle.down import Teardown
from studio.lifecycle.inventory import LiveResources
from tests.studio.account import REGION, Studio, homes_of, left_of
from tests.studio.deployed import Deployed
from tests.studio.lifecycle.samples import settings, take_down

OnCall = Callable[[str, Callable[..., None]], None]


@pytest.fixture
def on_call(in_use: Studio) -> Iterator[OnCall]:  # noqa: ARG001
    """Registers a handler for an event of the clients, which all tests share."""
    undo = contextlib.ExitStack()

    def register(event: str, handler: Callable[..., None]) -> None:
        for service in ("sagemaker", "efs", "ec2", "ssm"):
            events = Aws(REGION).client(service).meta.events
            events.register(event, handler)
            undo.callback(events.unregister, event, handler)

    with undo:
        yield register


@pytest.mark.parametrize("calls", [1, 4, 6, 8, 11, 14, 17, 20])
def test_an_interrupted_run_can_run_again(
    in_use: Studio, deployed: Deployed, on_call: OnCall, calls: int
) -> None:
    in_use.node("alice")
    answers = itertools.chain([None] * (calls - 1), [KeyboardInterrupt], itertools.repeat(None))
    it = Teardown.of(settings(), deployed)
    on_call("after-call", MagicMock(side_effect=answers))
    with pytest.raises(KeyboardInterrupt):
        it.run()
    take_down(deployed)
    assert left_of(in_use.aws, in_use.domain_id) == homes_of(in_use.domain_id) == []
    assert take_down(deployed) == []


@pytest.mark.parametrize("moment", ["sagemaker.DeleteApp", "ssm.DeregisterManagedInstance"])
def test_a_node_that_registers_late_is_deregistered(
    in_use: Studio, deployed: Deployed, on_call: OnCall, moment: str
) -> None:
    made = [in_use.node("alice")]

    def register(**_: object) -> None:
        if len(made) == 1:
            made.append(in_use.node("alice"))

    on_call(f"after-call.{moment}", register)
    take_down(deployed, only_users=True)
    assert len(made) == 2
    assert left_of(in_use.aws, *made) == []


def test_an_app_that_starts_late_is_deleted(
    in_use: Studio, deployed: Deployed, on_call: OnCall
) -> None:
    restarted = False

    def start_again(**_: object) -> None:
        nonlocal restarted
        if not restarted:
            restarted = True
            in_use.space("late", "alice")

    on_call("after-call.sagemaker.DeleteApp", start_again)
    take_down(deployed, only_users=True)
    there = LiveResources(aws=Aws(REGION), deployed=in_use.resources)
    assert restarted
    assert (there.apps, there.spaces, there.profiles) == ([], [], [])


@pytest.mark.parametrize("kind", ["app", "space", "user-profile", "domain"])
def test_a_status_that_hangs_is_an_error_and_down_can_run_again(
    in_use: Studio, deployed: Deployed, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def soon(pending: Callable[[], str], *, seconds: float, report: Report) -> None:
        assert seconds >= 600
        wait(pending, seconds=0.7, report=report)

    in_use.aws.options.update({"hang": [kind]})
    with monkeypatch.context() as hurried:
        hurried.setattr("studio.aws.domain_resources.wait", soon)
        with pytest.raises(StepFailed, match=rf"{kind.replace('-', ' ')} .*Deleting.*to continue"):
            take_down(deployed)
    in_use.aws.options.update({"hang": []})
    take_down(deployed)
    assert left_of(in_use.aws, in_use.domain_id) == homes_of(in_use.domain_id) == []
