"""Deploy and destroy with faults of AWS and a killed Terraform: the result is the same."""

import random
import signal
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from studio.terraform.stacks import Stack
from tests import provider
from tests.e2e.deployments import NewAccount
from tests.e2e.faults import FIRST, Disturbance, fault
from tests.e2e.lifecycle import DisturbedDeployment
from tests.e2e.small_stacks import lines, synthesize


@pytest.fixture
def deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_account: NewAccount
) -> DisturbedDeployment:
    aws = new_account("speed=1000")
    for name, value in provider.as_installed(aws).items():
        monkeypatch.setenv(name, value)
    return DisturbedDeployment(stacks=synthesize(tmp_path / "deployment"), aws=aws)


UP, DOWN = "apply", "destroy"
MADE, DELETED = FIRST[UP], FIRST[DOWN]

Disturbances = Mapping[tuple[str, str], Disturbance]

KILLED: Disturbances = {
    (UP, "network"): Disturbance(faults=fault("throttle", MADE, times=3)),
    (UP, "role"): Disturbance(faults=fault("error", MADE, times=2)),
    (UP, "ecr"): Disturbance(faults=fault("drop", MADE)),
    (UP, "image"): Disturbance(faults=fault("down", MADE)),
    (UP, "domain"): Disturbance(faults=fault("die", MADE)),
    (UP, "users"): Disturbance(faults=fault("error", MADE)),
    (DOWN, "users"): Disturbance(faults=fault("throttle", DELETED, times=2)),
    (DOWN, "domain"): Disturbance(faults=fault("drop", DELETED)),
    (DOWN, "image"): Disturbance(faults=fault("error", DELETED)),
    (DOWN, "ecr"): Disturbance(faults=fault("lose", DELETED)),
    (DOWN, "role"): Disturbance(faults=fault("down", DELETED)),
    (DOWN, "network"): Disturbance(faults=fault("die", DELETED)),
}

INTERRUPTED: Disturbances = {
    (UP, "network"): Disturbance(faults=fault("die", MADE)),
    (UP, "role"): Disturbance(faults=fault("lose", "CreateRole")),
    (UP, "ecr"): Disturbance(faults=fault("throttle", MADE)),
    # After the failure below, only its version is missing.
    (UP, "image"): Disturbance(line=1),
    (UP, "domain"): Disturbance(switches={"hang": ["domain"]}),
    (UP, "users"): Disturbance(faults=fault("down", MADE)),
    (DOWN, "users"): Disturbance(switches={"hang": ["user-profile"]}),
    (DOWN, "domain"): Disturbance(faults=fault("down", DELETED)),
    (DOWN, "image"): Disturbance(faults=fault("lose", DELETED)),
    (DOWN, "ecr"): Disturbance(faults=fault("throttle", DELETED)),
    (DOWN, "role"): Disturbance(faults=fault("error", DELETED, times=2)),
    (DOWN, "network"): Disturbance(faults=fault("drop", DELETED, times=3)),
}


@pytest.mark.parametrize(
    ("sent", "by_run"),
    [(signal.SIGKILL, KILLED), (signal.SIGINT, INTERRUPTED)],
    ids=["SIGKILL", "SIGINT"],
)
def test_faults_and_signals_do_not_change_the_result(
    deployment: DisturbedDeployment, sent: signal.Signals, by_run: Disturbances
) -> None:
    dice = random.Random(5)

    def disturbances(stack: Stack, verb: str) -> list[Disturbance]:
        one = replace(by_run[verb, stack.name], sent=sent)
        if (verb, stack.name, sent) == (UP, "image", signal.SIGINT):
            return [Disturbance(switches={"fail_images": ["studio-slim"]}), one]
        return [replace(one, line=dice.randrange(1, lines(stack)))]

    deployment.deploy(disturbances)
    assert deployment.changes() == {}
    assert deployment.wrong_counts() == {}
    deployment.destroy(disturbances)
    assert deployment.aws.inventory() == []
