"""Which stacks are planned and which rehearsed."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from settings import Settings, SettingsError, UserError
from studio.errors import StepFailed
from studio.images.versions import disabled
from studio.lifecycle import review
from studio.lifecycle.removed_settings import RemovedSettings
from studio.terraform.plan import Plan
from studio.terraform.planning import StackPlan
from tests.studio.deployed import resource
from tests.studio.lifecycle.samples import UPDATE
from tests.studio.review.plans import change, plan

NETWORK = plan(change("aws_vpc"), stack="network")
DOMAIN = plan(change("aws_sagemaker_domain"), stack="domain")


class Planner:
    """Plans what depends on nothing, and the domain once something is deployed."""

    def plan_stacks(self, deployed: frozenset[str]) -> list[StackPlan]:
        return [
            StackPlan(stack="network", deployed=bool(deployed), plan=NETWORK),
            StackPlan(stack="domain", deployed=bool(deployed), plan=DOMAIN if deployed else None),
        ]


@pytest.mark.parametrize(
    ("deployed", "rehearsed"), [(frozenset(), ["domain"]), (frozenset({"network"}), [])]
)
def test_only_stacks_that_cannot_be_planned_yet_are_rehearsed(
    deployed: frozenset[str], rehearsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [resource("aws_sagemaker_user_profile", user_profile_name="alice")]
    deployment = MagicMock()
    deployment.read_only.return_value = nullcontext(deployment)
    deployment.deployed_stacks.return_value = deployed
    deployment.resources.return_value = {"users": held}

    def rehearse(
        *_: object, scratch: Path, planned: list[str], report: Callable[[str], None]
    ) -> list[Plan]:
        assert scratch.is_dir()
        assert planned == ["network"]
        report("rehearsal: domain")
        return [DOMAIN]

    aws = SimpleNamespace(describe=lambda: "AWS", account=lambda: "1")
    monkeypatch.setattr(review, "Aws", lambda _: aws)
    monkeypatch.setattr(review, "Deployment", deployment)
    monkeypatch.setattr(review, "Planner", lambda _: Planner())
    monkeypatch.setattr(review, "rehearse", rehearse)
    monkeypatch.setattr(review, "require_existing", lambda *_: ())
    repositories = MagicMock(return_value=[])
    monkeypatch.setattr(disabled, "repositories_to_delete", repositories)
    leftovers = RemovedSettings(updates=(UPDATE,))
    monkeypatch.setattr(review, "find_removed_settings", lambda *_: leftovers)
    refused = MagicMock(side_effect=StepFailed("policy p of user alice"))
    monkeypatch.setattr(review, "require_deletable", refused)
    lost = MagicMock()
    monkeypatch.setattr("studio.lifecycle.recovery.missing_state.refuse_second_deployment", lost)
    reported: list[str] = []
    found = review.review_deployment(Settings(), out=Path("cdktf.out"), report=reported.append)
    assert found.rehearsed == rehearsed
    assert [one.plan for one in found.stack_plans] == [NETWORK, DOMAIN]
    assert "`studio up` will refuse these plans: policy p of user alice" in reported
    assert ("rehearsal: domain" in reported) is bool(rehearsed)
    assert found.cleared == ("image version of user profile alice",)
    lost.side_effect = StepFailed("run `studio state adopt`")
    with pytest.raises(StepFailed, match="state adopt"):
        review.review_deployment(Settings(), out=Path("cdktf.out"), report=reported.append)
    lost.side_effect = None
    renamed = Settings.model_validate({"users": {"Alice": {}}})
    with pytest.raises(SettingsError, match=r"users\.Alice: .* only in case"):
        review.review_deployment(renamed, out=Path("cdktf.out"), report=reported.append)
    repositories.side_effect = UserError("ECR's repository holds 1 images")
    with pytest.raises(UserError, match="ECR's repository holds 1 images"):
        review.review_deployment(Settings(), out=Path("cdktf.out"), report=reported.append)
