"""`studio up` interrupted half-way, and run again."""

import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.deployments import Studio


@pytest.mark.parametrize(
    "moment", [r"aws_vpc_endpoint\S* .*Creating\.\.\.", r"aws_sagemaker_domain\S* .*Creating\.\.\."]
)
def test_interrupted_and_continued(studio: Callable[..., Studio], moment: str) -> None:
    it = studio()
    it.configure(users=["alice"], image=False)
    process = it.start("studio", "up", "--out", str(it.out))
    it.wait_for(moment, process)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert printed.strip().splitlines()[-1] == "studio up: interrupted; run it again to go on"
    assert running_in(it.folder) == []

    it.up()
    it.assert_nothing_to_do()
    kinds = it.aws.counts()
    assert {kind: kinds[kind] for kind in ("ec2 vpc", "sagemaker domain", "efs file-system")} == {
        "ec2 vpc": 1,
        "sagemaker domain": 1,
        "efs file-system": 1,
    }
    it.down()
    assert it.aws.inventory() == []


def running_in(folder: Path) -> list[str]:
    """The processes that still work on a deployment's stacks."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process.name())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
