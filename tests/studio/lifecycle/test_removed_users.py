"""`studio up` deletes the apps and nodes of the users that it removes, once that is allowed."""

from __future__ import annotations

import pytest

from studio.aws.client import Aws
from studio.lifecycle.removed_users import delete_apps
from studio.terraform.plan import Action, Plan
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import DeployedStudio, deny
from tests.studio.review.plans import change, plan


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
    delete_apps(Aws(REGION), [kept, of_space(deployed_studio, Action.DESTROY, "bob")], said.append)
    deleted = [line for line in said if line.startswith("deleted")]
    assert deleted == ["deleted   app bob/JupyterLab", f"deleted   node {node}"]
    assert sorted(deployed_studio.nodes()) == sorted([another, elsewhere])
    # Without ssh-helper, the deployer needs no permissions for nodes.
    deny(monkeypatch, "ssm", "DescribeInstanceInformation")
    delete_apps(Aws(REGION), [of_space(deployed_studio, Action.REPLACE, "alice")], said.append)
    assert said[-1] == "deleted   app alice/JupyterLab"
