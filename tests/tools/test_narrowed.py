"""The actions of AmazonSageMakerFullAccess that the roles grant with narrower limits."""

from tools.narrowed import NARROWED
from tools.permissions import full_access, granted


def test_roles_and_full_access_grant_every_narrowed_action() -> None:
    actions = {action for entry in NARROWED for action in entry.actions}
    assert actions - (granted() & full_access()) == set()
