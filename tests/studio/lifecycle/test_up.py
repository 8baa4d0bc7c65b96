"""`studio up` shows changes and costs, asks, and pushes images before anything is billed."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from scripts import cli
from settings import Settings, SettingsError, UserError
from studio.errors import StepFailed
from studio.images.push import PushFailed
from studio.images.versions import disabled
from studio.lifecycle import up as module
from studio.lifecycle.removed_settings import RemovedSettings
from studio.lifecycle.saved_plans import PlanRefused
from studio.lifecycle.up import up
from studio.terraform import synthesis
from studio.terraform.plan import Action, Plan, read_plan
from studio.terraform.stacks import Stack
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, REGION, push
from tests.program import run_app
from tests.studio.account import Studio, client
from tests.studio.deployed import Deployed, resource
from tests.studio.lifecycle.samples import UPDATE
from tests.studio.review.plans import change, plan


def settings(**sections: Any) -> Settings:
    return Settings.model_validate({"name": "ours", **sections})


@dataclass
class Recorder:
    """A guard that notes which stacks it is asked to deploy, and plans what it is given."""

    deployment: Deployed
    plans: list[Plan] = field(default_factory=list)
    deployed: list[str] = field(default_factory=list)

    def __call__(self, **_: object) -> Recorder:
        return self

    def plan_all(self) -> list[Plan]:
        return self.plans

    def deploy(self, stacks: list[Stack]) -> None:
        self.deployed += [stack.name for stack in stacks]

    def up(self, wanted: Settings | None = None, **given: Any) -> None:
        """Run `studio up` with this guard."""
        arguments = {"push": lambda: self.deployed.append("push"), **given}
        up(wanted or settings(), self.deployment, **arguments)


@pytest.fixture
def guard(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder(deployed)
    monkeypatch.setattr(module, "Guard", recorder)
    nothing = SimpleNamespace(
        refresh=lambda *_, **__: None,
        prune=lambda *_, **__: None,
        repositories_to_delete=disabled.repositories_to_delete,
        detach_disabled_images=lambda *_: recorder.deployed.append("detach"),
        keep_used_scripts=lambda *_: None,
        delete_unused_scripts=lambda *_: None,
    )
    for name in ("record", "prune", "disabled", "start_scripts"):
        monkeypatch.setattr(module, name, nothing)
    monkeypatch.setattr(module, "find_removed_settings", lambda *_: RemovedSettings())
    monkeypatch.setattr(module, "preview_creation", lambda _, **__: ["To be created:"])
    return recorder


def refuse(_: object = None) -> None:
    raise UserError("nothing was changed")


def test_images_are_pushed_before_there_are_endpoints(guard: Recorder) -> None:
    guard.up()
    steps = ["detach", "ecr", "push", "network", "role", "image", "domain", "users"]
    assert guard.deployed == steps


def test_a_vpc_with_findings_is_an_error_before_any_change(
    guard: Recorder, ours: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    # The Studio's own VPC has no route to S3 and no endpoints.
    network = {"vpc_id": ours.vpc_id, "subnet_ids": ours.subnet_ids, "endpoints": "existing"}
    with pytest.raises(SettingsError, match="nothing was changed"):
        guard.up(settings(network=network))
    assert guard.deployed == []
    assert "network-s3: " in capsys.readouterr().err


def test_images_that_force_delete_protects_are_an_error_before_the_plans(
    guard: Recorder, ours: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(ours.aws, "ours/gone")
    tag = {"Key": "StudioDeployment", "Value": "ours"}
    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/ours/gone"
    client(ours.aws, "ecr").tag_resource(resourceArn=arn, tags=[tag])
    monkeypatch.setattr(Recorder, "plan_all", refuse)
    with pytest.raises(UserError, match=r"^image\.gone\.enabled = false: .* holds 1 images; "):
        guard.up()


def test_a_user_renamed_in_case_only_is_an_error_before_any_change(guard: Recorder) -> None:
    profile = resource("aws_sagemaker_user_profile", user_profile_name="bob")
    guard.deployment.state["users"] = [profile]
    with pytest.raises(SettingsError, match=r"users\.Bob: .* only in case from .* user bob, "):
        guard.up(settings(users={"Bob": {}, "alice": {}}))
    assert guard.deployed == []


def test_a_state_that_is_not_yet_in_the_bucket_is_an_error_before_any_change(
    guard: Recorder, ours: Studio, tmp_path: Path
) -> None:
    client(ours.aws, "s3").create_bucket(Bucket="team-state")
    guard.deployment.out = tmp_path / "cdktf.out"
    (tmp_path / "terraform.network.tfstate").write_text("{}")
    with pytest.raises(UserError, match=r"network is still in .* `studio state move`"):
        guard.up(settings(state={"bucket": "team-state"}))
    assert guard.deployed == []


def test_up_changes_nothing_without_agreement(guard: Recorder) -> None:
    with pytest.raises(UserError, match="nothing was changed"):
        guard.up(confirm=refuse)
    assert guard.deployed == []


def test_the_preview_names_the_apps_that_are_deleted_with_their_users(
    guard: Recorder, in_use: Studio
) -> None:
    names = {"domain_id": in_use.domain_id, "space_name": "alice"}
    removed = change("aws_sagemaker_space", "alice", Action.DESTROY, **names)
    guard.plans.append(plan(removed, stack="users"))
    guard.up()
    assert "app alice/JupyterLab would be deleted: unsaved work is lost" in guard.deployment.said


def test_a_space_of_a_removed_user_that_no_state_has_is_an_error_before_any_change(
    guard: Recorder, in_use: Studio
) -> None:
    names = {"domain_id": in_use.domain_id, "user_profile_name": "alice"}
    removed = change("aws_sagemaker_user_profile", "alice", Action.DESTROY, **names)
    guard.plans.append(plan(removed, stack="users"))
    with pytest.raises(StepFailed, match=r"^space alice of alice: .* nothing was changed\."):
        guard.up()
    assert guard.deployed == []


def test_outdated_plans_are_an_error_before_any_change(
    guard: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = MagicMock()
    monkeypatch.setattr(module, "record", record)
    uncleared = RemovedSettings(updates=(UPDATE,))
    monkeypatch.setattr(module, "find_removed_settings", lambda *_: uncleared)
    outdated = MagicMock(side_effect=PlanRefused("changed since the plan"))
    later = SimpleNamespace(require_current=MagicMock(), require_cleared=outdated)
    for reviewed in (SimpleNamespace(require_current=outdated), later):
        with pytest.raises(PlanRefused):
            guard.up(reviewed=reviewed)
    assert guard.deployed == []
    record.refresh.assert_not_called()


def test_up_does_not_ask_without_changes(guard: Recorder) -> None:
    guard.plans.append(read_plan('{"format_version": "1.2"}', stack="network"))
    guard.up(confirm=refuse)
    assert "No changes." in guard.deployment.said


@pytest.mark.parametrize("step", ["require_buildable", "push_images"])
@pytest.mark.parametrize("error", [UserError("no engine"), PushFailed("1 of 1 images failed")])
def test_the_error_of_a_failed_push_names_the_alternatives(
    guard: Recorder, error: UserError, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("require_buildable", "push_images"):
        monkeypatch.setattr(module, name, MagicMock(side_effect=error if name == step else None))
    monkeypatch.setattr(module, "Deployment", lambda **_: guard.deployment)
    with pytest.raises(UserError) as raised:
        module.deploy(settings(), out=Path(), engine=None)
    assert raised.value.exit_code == error.exit_code
    said = str(raised.value)
    assert said.startswith(f"{error}. To deploy without the image: `enabled = false` under [image.")
    assert "`studio push --placeholder`" in said
    assert guard.deployed == (["detach", "ecr"] if step == "push_images" else [])


def test_an_unknown_address_is_an_error_before_the_images_are_checked(guard: Recorder) -> None:
    with pytest.raises(UserError, match="--allow nonsense: no resource of the deployment"):
        guard.up(allow=["nonsense"], check_images=refuse)
    assert guard.deployed == []


def test_it_ends_with_the_address_and_the_next_step(
    guard: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outputs = {("domain", "studio_url"): "https://d-1.studio.us-east-1.sagemaker.aws"}
    monkeypatch.setattr(Deployed, "output", lambda _, *names: outputs[names])
    guard.up()
    address, step = capsys.readouterr().out.splitlines()
    assert address == "Studio is deployed at https://d-1.studio.us-east-1.sagemaker.aws"
    assert "add a user to the settings" in step
    guard.up(settings(users={"alice": {}}))
    step = capsys.readouterr().out.splitlines()[-1]
    assert step == "Next: `studio connect alice`, then ssh or VS Code."


def test_up_shows_a_first_deployment_and_needs_an_answer(
    entered: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(synthesis, "run_app", run_app)
    (tmp_path / "studio.toml").write_text("[users.alice]\n")
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    monkeypatch.setattr(sys, "stdin", None)
    assert cli.main(["up", "--out", str(tmp_path / "cdktf.out")]) == 2
    said = [re.sub(r"^ *[0-9.]+s  ", "", line) for line in capsys.readouterr().err.splitlines()]
    created = said.index("To be created:")
    assert said[created + 1].startswith("  stack ecr: ")
    # 7 endpoints in 2 zones at 0.01 USD an hour, 2 keys at 1 USD a month.
    assert said[-2].startswith("It then costs 3.43 USD a day (0.00 USD now) even if no app runs")
    assert said[-1] == "studio up: no terminal to ask at: add --yes"
    assert entered.inventory() == []
