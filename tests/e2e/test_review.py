"""`studio plan`, `apply` and `review`, and the checks of `up`, on a deployment without an image."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.distribution import image_arn
from studio.lifecycle import emulated
from studio.terraform.stacks import read_configuration
from tests import provider
from tests.e2e.deployments import NewAccount, Studio
from tests.pipeline_roles import pipeline_session
from tests.synthesis import by_address


@pytest.fixture(scope="module")
def first_review() -> dict[str, Any]:
    """The review before the first deployment, from the fixture `it`."""
    return {}


@pytest.fixture(scope="module")
def root(new_account: NewAccount) -> emulated.EmulatedAws:
    return new_account("speed=1000")


@pytest.fixture(scope="module")
def it(
    tmp_path_factory: pytest.TempPathFactory,
    root: emulated.EmulatedAws,
    first_review: dict[str, Any],
) -> Iterator[Studio]:
    """A deployment for alice and bob, whose app runs; a pipeline's role runs all commands."""
    folder = tmp_path_factory.mktemp("review")
    studio = Studio.in_folder(folder / "deployment", root)
    studio.configure(users=["alice", "bob"], image=False)
    plans = folder / "plans"
    with provider.shared(as_pipeline(root, "plan")) as aws:
        first_review |= planned(replace(studio, aws=aws), plans, code=0)
    assert {item["service"] for item in root.inventory()} == {"iam"}
    with provider.shared(as_pipeline(root, "plan", "network", "apply")) as aws:
        apply(replace(studio, aws=aws), plans, code=0)
        studio.start_app("bob", {"SageMakerImageArn": image_arn("us-east-1", "ml.t3.large")})
        yield replace(studio, aws=aws)


def as_pipeline(root: emulated.EmulatedAws, *files: str) -> emulated.EmulatedAws:
    """The same AWS with a session of a new role that has the policies of the examples."""
    variables = root.environment
    return replace(root, environment=variables | pipeline_session(variables, *files))


@pytest.fixture(autouse=True)
def as_deployed(it: Studio) -> None:
    it.configure(users=["alice", "bob"], image=False)


def idle(it: Studio, *, minutes: int) -> None:
    more = {"users.alice": f"idle_minutes = {minutes}"}
    it.configure(users=["alice", "bob"], image=False, more=more)


def planned(it: Studio, plans: Path, *words: str, code: int) -> dict[str, Any]:
    where = ("--out", str(plans), "--stacks", str(it.out))
    found: dict[str, Any] = json.loads(
        it.run("studio", "plan", "--json", *where, *words, code=code, only_stdout=True)
    )
    return found


def apply(it: Studio, plans: Path, *, code: int) -> str:
    return it.run("studio", "apply", str(plans), "--stacks", str(it.out), code=code)


def test_the_stacks_of_a_first_deployment_are_planned_or_rehearsed(
    first_review: dict[str, Any],
) -> None:
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


def test_saved_plans_are_applied_once_and_only_with_the_same_settings(
    it: Studio, tmp_path: Path
) -> None:
    plans = tmp_path / "plans"
    idle(it, minutes=90)
    assert planned(it, plans, "--detailed-exitcode", code=4)["changes"]
    assert (plans / "users.tfplan").stat().st_mode & 0o777 == 0o600
    idle(it, minutes=91)
    last = apply(it, plans, code=2).splitlines()[-1]
    assert "changed since the plan: the settings, the configuration of users; run" in last
    idle(it, minutes=90)
    apply(it, plans, code=0)
    assert it.changes() == {}
    last = apply(it, plans, code=2).splitlines()[-1]
    assert "changed since the plan: the state of users (planned: serial " in last


def test_a_network_change_that_replaces_the_domain_is_refused(it: Studio, tmp_path: Path) -> None:
    it.configure(users=["alice", "bob"], image=False, top="network.zones = 3")
    before = it.aws.inventory()
    page = tmp_path / "review.html"
    printed = it.studio("review", "--html", str(page), code=3)
    assert "setting: network.zones = 3" in printed
    assert "Studio domain studio would be replaced" in page.read_text()
    last = it.up(code=3).splitlines()[-1]
    assert last.startswith("studio up: data is at risk because of network.zones = 3: ")
    planned(it, tmp_path / "plans", code=3)
    last = apply(it, tmp_path / "plans", code=3).splitlines()[-1]
    assert last.startswith("studio apply: data is at risk because of network.zones = 3: ")
    assert it.aws.inventory() == before


def test_a_user_with_a_space_is_deleted_only_if_both_are_allowed(it: Studio) -> None:
    users = by_address(read_configuration(it.out / "stacks" / "users"))
    space, profile = (
        next(address for address in users if address.startswith(f"{kind}.user-bob_"))
        for kind in ("aws_sagemaker_space", "aws_sagemaker_user_profile")
    )
    it.configure(users=["alice"], image=False)
    before = it.aws.inventory()
    printed = it.up("--allow", space, code=3)
    assert "users.bob (removed)" in printed.splitlines()[-1]
    assert f"to accept the loss: --allow {profile}" in printed
    assert f"to accept the loss: --allow {space}" not in printed
    assert it.aws.inventory() == before
    printed = it.up("--allow", space, "--allow", profile)
    assert "deleted   app bob/JupyterLab" in printed
    for stack in ("network", "ecr", "image", "domain"):
        assert f"unchanged {stack}" in printed
    kinds = it.aws.counts()
    assert (kinds["sagemaker user-profile"], kinds["sagemaker space"]) == (1, 1)


def test_a_pipelines_role_takes_down_a_deployment_that_lacks_a_user_of_the_settings(
    it: Studio, root: emulated.EmulatedAws
) -> None:
    with provider.shared(as_pipeline(root, "plan", "network", "apply", "down")) as aws:
        replace(it, aws=aws).down()
    left = root.inventory()
    assert {item["service"] for item in left} == {"iam"}
    assert not [item for item in left if item["id"].startswith("studio-")]
