"""A life beside the claims, without Terraform: what ends it, what stands, what it may cost."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from catalog.claims import ASKED, CLAIMS
from catalog.names import DEPLOYMENT_TAG
from studio_emulator.server import Emulator
from tests.conformance import account_life, life
from tests.conformance.account import Account, Unasked
from tests.conformance.account_life import DOWN, NATIVE, UP, Life
from tests.conformance.estimate import estimate


@pytest.fixture
def account(aws: Emulator) -> Account:
    session = boto3.Session("emulated", "emulated", region_name="us-east-1")
    return Account(
        session=session, endpoint_url=aws.endpoint_url, run="r", pause=0.01, emulated=True
    )


@pytest.fixture
def lived(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    """A life whose steps do nothing; a test replaces some."""
    monkeypatch.setattr(account_life, "_FOLDER", tmp_path)
    made = Life(account)
    for step in ("_up", "_reach_natively", "_pause", "_reach_by_ssh_helper", "_down"):
        monkeypatch.setattr(made, step, lambda: None)
    return made


def _fails() -> None:
    raise AssertionError("the second plan is not empty")


def test_a_step_that_fails_does_not_keep_it_up(
    lived: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    downs: list[str] = []
    monkeypatch.setattr(lived, "_up", _fails)
    monkeypatch.setattr(lived, "_down", lambda: downs.append(lived.name))
    with lived.beside():
        with pytest.raises(AssertionError, match="not empty"):
            lived.ask(UP)
        with pytest.raises(Unasked):
            lived.ask(NATIVE)
        lived.ask(DOWN)
    assert downs == ["life-r"]


def test_interrupted_it_is_taken_down(lived: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by Ctrl-C while a command of it runs in a session of its own."""
    downs: list[str] = []
    sleeping = lived._it
    command = ["sh", "-c", "trap 'exit 130' INT; echo; while :; do sleep 0.1; done"]

    def sleep() -> None:
        process = subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        sleeping._running = process
        assert process.wait(timeout=60) == 0

    monkeypatch.setattr(lived, "_up", sleep)
    monkeypatch.setattr(lived, "_down", lambda: downs.append(lived.name))
    with lived.beside():
        while sleeping._running is None:
            time.sleep(0.01)
        lived.stop()
    assert downs == ["life-r"]


def test_a_denied_step_could_not_be_asked(lived: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied() -> None:
        raise AssertionError("AccessDenied: User is not authorized to perform: iam:CreateRole")

    monkeypatch.setattr(lived, "_up", denied)
    with lived.beside(), pytest.raises(Unasked, match="AccessDenied"):
        lived.ask(UP)


MAKE: dict[str, Callable[[Account], Any]] = {
    "vpc": lambda account: account.client("ec2").create_vpc(
        CidrBlock="10.0.0.0/16",
        TagSpecifications=[
            {"ResourceType": "vpc", "Tags": [{"Key": DEPLOYMENT_TAG, "Value": "life-r"}]}
        ],
    ),
    "repository": lambda account: account.client("ecr").create_repository(
        repositoryName="life-r/slim"
    ),
    "app image config": lambda account: account.client("sagemaker").create_app_image_config(
        AppImageConfigName="life-r-slim"
    ),
    "log group": lambda account: account.client("logs").create_log_group(
        logGroupName="/aws/vpc-flow-logs/life-r"
    ),
}


@pytest.mark.slow
def test_all_that_is_left_is_named(account: Account) -> None:
    assert life.standing(account.client, "life-r") == []
    for make in MAKE.values():
        make(account)
    left = life.standing(account.client, "life-r")
    assert {kind for kind in MAKE for line in left if line.startswith(f"{kind} ")} == set(MAKE)
    assert len(left) == len(MAKE)
    assert account_life.is_left(account)


def test_a_life_that_stands_is_found(account: Account) -> None:
    assert account_life.earlier(account) == []
    MAKE["vpc"](account)
    assert account_life.earlier(account) == ["life-r"]


def test_the_whole_run_takes_less_than_an_hour_and_2_usd() -> None:
    whole = estimate(CLAIMS)
    assert 0 < whole.minutes < 60
    assert 0 < whole.usd < 2


def test_one_claim_costs_what_its_question_makes() -> None:
    assert estimate(["ec2-dry-run"]).things == ("a VPC with two subnets",)
    assert estimate(["ec2-dry-run"]).usd == 0
    assert estimate(["unknown-node"]).things == ()
    one, both = (
        estimate(ids).minutes
        for ids in (["domain-with-profiles"], ["domain-with-profiles", "profile-with-space"])
    )
    assert one < both < 2 * one


def test_what_a_life_takes_is_not_added_to_what_is_asked_beside_it() -> None:
    alone, beside = (
        estimate(ids).minutes for ids in ([id_ for id_ in ASKED if "life" not in id_], ASKED)
    )
    assert beside == max(alone, estimate([UP]).minutes)
