"""`studio review` and the guard of `studio up`, on one deployment without an image."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.lifecycle import emulated
from tests import provider
from tests.e2e.deployments import Studio


@pytest.fixture(scope="module")
def first_review() -> dict[str, Any]:
    """The review before anything was deployed; filled in by `it`."""
    return {}


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory, first_review: dict[str, Any]) -> Iterator[Studio]:
    """A deployment for alice and bob."""
    folder = tmp_path_factory.mktemp("review")
    tiny = folder / "deployment" / "image" / "tiny"
    tiny.mkdir(parents=True)
    (tiny / "Dockerfile").write_text("FROM scratch\n")
    log = folder / "emulator.log"
    with (
        emulated.aws(log=log, speed=1000, region="us-east-1") as alone,
        provider.shared(alone) as aws,
    ):
        studio = Studio(folder=folder / "deployment", aws=aws)
        studio.configure(users=["alice", "bob"], image=False)
        first_review |= reviewed(studio, code=0)
        assert aws.inventory() == []
        studio.up()
        yield studio


@pytest.fixture(autouse=True)
def as_deployed(it: Studio) -> None:
    it.configure(users=["alice", "bob"], image=False)


def reviewed(it: Studio, *, code: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        it.run("studio", "review", "--json", "--out", str(it.out), code=code, only_stdout=True)
    )
    return found


def up(it: Studio, *words: str, code: int) -> str:
    return it.run("studio", "up", "--yes", "--out", str(it.out), *words, code=code)


def test_a_first_deployment_is_planned_or_rehearsed(first_review: dict[str, Any]) -> None:
    stacks = {found["stack"]: found for found in first_review["stacks"]}
    assert {name: found["rehearsed"] for name, found in stacks.items()} == {
        "network": False,
        "role": False,
        "ecr": False,
        "image": False,
        "domain": True,
        "users": True,
    }
    created = {change["type"] for change in stacks["users"]["changes"]}
    assert {"aws_sagemaker_space", "aws_sagemaker_user_profile"} <= created
    assert first_review["data_at_risk"] == []
    assert first_review["usd_a_day"]["before"] == 0
    assert first_review["usd_a_day"]["after"] > 0


def test_a_change_of_the_network_that_replaces_the_domain_is_refused(
    it: Studio, tmp_path: Path
) -> None:
    it.configure(users=["alice", "bob"], image=False, top="network.zones = 3")
    before = it.aws.inventory()
    page = tmp_path / "review.html"
    printed = it.run("studio", "review", "--out", str(it.out), "--html", str(page), code=3)
    assert "setting: network.zones = 3" in printed
    assert "Studio domain studio would be replaced" in page.read_text()
    last = up(it, code=3).splitlines()[-1]
    assert last.startswith("studio up: data is at risk because of network.zones = 3: ")
    assert it.aws.inventory() == before


def test_a_user_with_a_space_is_deleted_only_if_both_are_allowed(it: Studio) -> None:
    users = json.loads((it.out / "stacks" / "users" / "cdk.tf.json").read_text())["resource"]
    space, profile = (
        f"{kind}.{name}"
        for kind in ("aws_sagemaker_space", "aws_sagemaker_user_profile")
        for name in users[kind]
        if name.startswith("user-bob_")
    )
    it.configure(users=["alice"], image=False)
    before = it.aws.inventory()
    printed = up(it, "--allow", space, code=3)
    assert "users.bob (removed)" in printed.splitlines()[-1]
    assert f"to accept the loss: --allow {profile}" in printed
    assert f"to accept the loss: --allow {space}" not in printed
    assert it.aws.inventory() == before
    printed = up(it, "--allow", space, "--allow", profile, code=0)
    for stack in ("network", "ecr", "image", "domain"):
        assert f"unchanged {stack}" in printed
    kinds = it.aws.counts()
    assert (kinds["sagemaker user-profile"], kinds["sagemaker space"]) == (1, 1)
