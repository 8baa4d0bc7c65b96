"""What `studio state adopt` does not find, and Ctrl-C during it."""

import signal
import threading

import pytest

from studio.lifecycle.recovery import unfinished
from studio.lifecycle.recovery.recover import Recovery
from studio.processes import interrupts
from studio.terraform.stacks import Stack
from tests.studio.deployed import STACKS, Deployed


def test_an_interrupt_ends_the_recovery_of_all_stacks(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    first, interrupted = threading.Lock(), threading.Event()

    def recover(*_: object, **__: object) -> Recovery:
        if first.acquire(blocking=False):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        try:
            interrupts.sleep(5)
        except KeyboardInterrupt:
            interrupted.set()
            raise
        return Recovery()

    monkeypatch.setattr(unfinished, "recover", recover)
    with pytest.raises(KeyboardInterrupt):
        unfinished.adopt(deployed)
    assert interrupted.wait(30)


def test_adopt_names_what_it_does_not_find(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = Recovery(missing=("aws_sagemaker_image.slim",))
    monkeypatch.setattr(unfinished, "recover", lambda *_, **__: missing)
    unfinished.adopt(deployed)
    wanted = "image: aws_sagemaker_image.slim not imported: AWS has none with its name and tags; "
    assert any(line.startswith(wanted) for line in deployed.said)


@pytest.mark.parametrize("failed", ["", "AWS fails"])
def test_adopt_leaves_no_mark_and_says_nothing_if_nothing_exists(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, failed: str
) -> None:
    def recover(_: Deployed, stack: Stack) -> Recovery:
        if stack.dependencies:
            return Recovery(unplanned="no state")
        return Recovery(missing=("aws_vpc.one",), unplanned=failed)

    monkeypatch.setattr(unfinished, "_recover", recover)
    deployed.begun, deployed.state = {"users"}, {}
    unfinished.adopt(deployed)
    if failed:
        assert "network: existing resources cannot be looked up: AWS fails" in deployed.said
        assert "image: searched for later, after ecr: run `studio up`" in deployed.said
        assert not [line for line in deployed.said if "no state" in line]
        assert deployed.begun == set(STACKS)
    else:
        assert (deployed.said, deployed.begun) == ([], {"users"})
