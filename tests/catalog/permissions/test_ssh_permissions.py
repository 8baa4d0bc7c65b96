"""What the SSM agent in a user's app may do; tests/stacks/test_identity.py has the user's side."""

import pytest

from catalog.permissions import ssh_permissions
from tests.catalog.permissions.user_role import role_allows

NODE = "arn:aws:ssm:us-east-1:123456789012:managed-instance/mi-1"


@pytest.mark.parametrize(
    ("action", "owner", "allowed"),
    [
        ("ssm:UpdateInstanceInformation", "alice", True),
        ("ssm:UpdateInstanceInformation", "bob", False),
        ("ssm:StartSession", "alice", False),
    ],
)
def test_actions_of_the_role_of_a_user_on_a_node(action: str, owner: str, allowed: bool) -> None:
    assert role_allows(action, NODE, {"ssm:resourceTag/SSHOwner": owner}) is allowed


def test_only_old_agents_use_ec2messages() -> None:
    def prefixes(*, legacy_agent: bool) -> set[str]:
        statements = ssh_permissions.every_server(legacy_agent=legacy_agent)
        return {a.partition(":")[0] for s in statements for a in s.actions}

    assert prefixes(legacy_agent=True) - prefixes(legacy_agent=False) == {"ec2messages"}
