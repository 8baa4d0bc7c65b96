"""The deployment of a conformance run, without Terraform."""

import subprocess
import time
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from catalog.names import DEPLOYMENT_TAG
from studio_emulator.server import Emulator
from tests.conformance import checked_deployment, deployment_steps
from tests.conformance.account import Account, NotChecked, emulated_account
from tests.conformance.checked_deployment import NATIVE, UP, CheckedDeployment


@pytest.fixture
def account(aws: Emulator) -> Account:
    return emulated_account(aws.endpoint_url, run_id="0123abcd")


@pytest.fixture
def deployment(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CheckedDeployment:
    """A deployment whose steps have no effect."""
    monkeypatch.setattr(checked_deployment, "_FOLDER", tmp_path)
    found = CheckedDeployment(account)
    for step in ("_up", "_connect_natively", "_pause", "_connect_by_ssh_helper", "_down"):
        monkeypatch.setattr(found, step, MagicMock())
    return found


def assert_deleted(deployment: CheckedDeployment) -> None:
    down: Any = deployment._down
    down.assert_called_once_with()


@pytest.mark.parametrize(
    ("message", "error", "words"),
    [
        ("the second plan is not empty", AssertionError, "not empty"),
        ("AccessDenied: not authorized to perform: iam:CreateRole", NotChecked, "AccessDenied$"),
    ],
)
def test_a_deployment_is_deleted_after_a_failed_step(
    deployment: CheckedDeployment,
    monkeypatch: pytest.MonkeyPatch,
    message: str,
    error: type[Exception],
    words: str,
) -> None:
    """A step without permission is not checked."""

    def fail() -> None:
        raise AssertionError(message)

    monkeypatch.setattr(deployment, "_up", fail)
    with deployment.in_background():
        with pytest.raises(error, match=words):
            deployment.wait_for(UP)
        with pytest.raises(NotChecked):
            deployment.wait_for(NATIVE)
    assert_deleted(deployment)


def test_a_deployment_is_deleted_after_an_interrupt(
    deployment: CheckedDeployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = deployment._it
    command = ["sh", "-c", "trap 'exit 130' INT; echo; while :; do sleep 0.1; done"]

    def sleep() -> None:
        process = subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        it._running = process
        assert process.wait(timeout=60) == 0

    monkeypatch.setattr(deployment, "_up", sleep)
    with deployment.in_background():
        while it._running is None:
            time.sleep(0.01)
        deployment.stop()
    assert_deleted(deployment)


def create_vpc(account: Account, name: str = "conform-0123abcd") -> None:
    tag = {"Key": DEPLOYMENT_TAG, "Value": name}
    specification = {"ResourceType": "vpc", "Tags": [tag]}
    account.client("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[specification])


@pytest.mark.slow
def test_remaining_resources_are_listed(account: Account) -> None:
    name, group = "conform-0123abcd", "/aws/vpc-flow-logs/conform-0123abcd"
    assert deployment_steps.remaining_resources(account.client, name) == []
    create_vpc(account)
    account.client("ecr").create_repository(repositoryName=f"{name}/slim")
    account.client("sagemaker").create_app_image_config(AppImageConfigName=f"{name}-slim")
    account.client("logs").create_log_group(logGroupName=group)
    vpc, *others = deployment_steps.remaining_resources(account.client, name)
    assert vpc.startswith("vpc vpc-")
    assert others == [
        f"app image config {name}-slim",
        f"repository {name}/slim",
        f"log group {group}",
    ]
    assert checked_deployment.exists(account)


def test_deployments_of_earlier_runs_are_found(account: Account) -> None:
    """A team can choose the name conform-prod."""
    create_vpc(account, "conform-prod")
    assert checked_deployment.existing_deployments(account) == []
    create_vpc(account)
    assert checked_deployment.existing_deployments(account) == ["conform-0123abcd"]
