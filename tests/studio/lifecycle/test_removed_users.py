"""What `studio up` deletes with the users that it removes, and what it refuses to delete."""

from functools import partial
from pathlib import Path

import pytest

from catalog.distribution import image_arn
from studio.aws.client import Aws
from studio.errors import StepFailed
from studio.lifecycle.removed_users import apps_to_delete, delete_apps, require_deletable
from studio.terraform.plan import Action, Change, Plan
from tests.emulator.samples import REGION, settled
from tests.studio.account import create_space
from tests.studio.deployed_studio import DeployedStudio, deny
from tests.studio.review.plans import change, plan


def of_profile(it: DeployedStudio, user: str) -> Change:
    """The deletion of a user profile."""
    names = {"domain_id": it.domain_id, "user_profile_name": user}
    return change("aws_sagemaker_user_profile", user, Action.DESTROY, **names)


def of_space(it: DeployedStudio, action: Action, user: str) -> Plan:
    """The plan of a change of a space."""
    changed = change("aws_sagemaker_space", user, action, domain_id=it.domain_id, space_name=user)
    return plan(changed, stack="users")


def test_only_the_apps_and_nodes_of_deleted_users_are_deleted(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    for user in ("alice", "bob"):
        deployed_studio.start(user)
    node, another = deployed_studio.node("bob"), deployed_studio.node("alice")
    elsewhere = deployed_studio.node("bob", domain_id="d-elsewhere")
    kept = of_space(deployed_studio, Action.UPDATE, "alice")
    plans = [kept, of_space(deployed_studio, Action.DESTROY, "bob")]
    assert apps_to_delete(Aws(REGION), plans) == ["bob/JupyterLab"]
    delete_apps(Aws(REGION), plans, said.append)
    deleted = [line for line in said if line.startswith("deleted")]
    assert deleted == ["deleted   app bob/JupyterLab", f"deleted   node {node}"]
    assert sorted(deployed_studio.nodes()) == sorted([another, elsewhere])
    # Without ssh-helper, the deployer needs no permissions for nodes.
    deny(monkeypatch, "ssm", "DescribeInstanceInformation")
    delete_apps(Aws(REGION), [of_space(deployed_studio, Action.REPLACE, "alice")], said.append)
    assert said[-1] == "deleted   app alice/JupyterLab"


def test_an_app_of_a_deleted_profile_itself_is_deleted(deployed_studio: DeployedStudio) -> None:
    said: list[str] = []
    sagemaker, domain = deployed_studio.sagemaker, {"DomainId": deployed_studio.domain_id}
    for user in ("alice", "bob"):
        key = {**domain, "UserProfileName": user, "AppType": "Canvas", "AppName": "default"}
        image = image_arn(REGION, "ml.t3.large")
        sagemaker.create_app(**key, ResourceSpec={"SageMakerImageArn": image})
        settled(partial(sagemaker.describe_app, **key))
    delete_apps(Aws(REGION), [plan(of_profile(deployed_studio, "bob"))], said.append)
    assert [line for line in said if line.startswith("deleted")] == ["deleted   app bob/Canvas"]


def test_a_space_that_terraform_did_not_create_prevents_the_deletion_of_its_owner(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    deployment = deployed_studio.deployment(tmp_path)
    bob = [
        of_profile(deployed_studio, "bob"),
        *of_space(deployed_studio, Action.DESTROY, "bob").changes,
    ]
    deployed_studio.start("bob")
    require_deletable(Aws(REGION), deployment, [plan(*bob)])
    for name, owner in (("scratch", "bob"), ("large", "bob"), ("other", "alice")):
        create_space(deployed_studio.sagemaker, deployed_studio.domain_id, name, owner)
    with pytest.raises(StepFailed) as refused:
        require_deletable(Aws(REGION), deployment, [plan(*bob)])
    assert str(refused.value).startswith("space scratch of bob, space large of bob: ")
    assert f"--region {REGION} --domain-id {deployed_studio.domain_id} --space-name" in str(
        refused.value
    )
