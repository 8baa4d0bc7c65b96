"""`studio up` deletes the apps and nodes of the users that it removes, once that is allowed."""

from __future__ import annotations

import pytest

from studio.aws.client import Aws
from studio.lifecycle.removed_users import delete_apps
from studio.terraform.plan import Action, Change, Plan
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import DeployedStudio, deny


def removing(it: DeployedStudio, user: str, *, action: Action = Action.DESTROY) -> Plan:
    """A plan of the stack users that changes the profile and the space of a user."""
    changes = tuple(
        Change(
            address=f"{kind}.{user}",
            type=kind,
            action=action,
            before={"domain_id": it.domain_id, attribute: user},
            after={},
            unknown={},
        )
        for kind, attribute in (
            ("aws_sagemaker_space", "space_name"),
            ("aws_sagemaker_user_profile", "user_profile_name"),
        )
    )
    return Plan(stack="users", changes=changes, gone=(), outputs={}, empty=False)


def test_only_the_apps_and_nodes_of_deleted_users_are_deleted(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    for user in ("alice", "bob"):
        deployed_studio.start(user)
    node, another = deployed_studio.node("bob"), deployed_studio.node("alice")
    elsewhere = deployed_studio.node("bob", domain_id="d-elsewhere")
    kept = removing(deployed_studio, "alice", action=Action.UPDATE)
    delete_apps(Aws(REGION), [kept, removing(deployed_studio, "bob")], said.append)
    assert [line for line in said if line.startswith("deleted")] == [
        "deleted   app bob/JupyterLab",
        f"deleted   node {node}",
    ]
    assert sorted(deployed_studio.nodes()) == sorted([another, elsewhere])
    deployed_studio.sagemaker.delete_space(DomainId=deployed_studio.domain_id, SpaceName="bob")
    # Without ssh-helper, the deployer needs no permissions for nodes.
    deny(monkeypatch, "ssm", "DescribeInstanceInformation")
    replaced = removing(deployed_studio, "alice", action=Action.REPLACE)
    delete_apps(Aws(REGION), [replaced], said.append)
    assert said[-1] == "deleted   app alice/JupyterLab"
