"""The attachments of a policy; the commands that detach it."""

from functools import partial
from unittest.mock import MagicMock

import pytest

from studio.aws.client import Aws
from studio.aws.policy_attachments import Attachment, list_attachments
from tests.emulator.samples import make_role
from tests.studio.account import ACCOUNT, REGION, Studio, client, make_policy


@pytest.fixture
def policy(ours: Studio) -> str:
    """The ARN of a policy of a user, a group and a role, and the boundary of another role."""
    iam, arn = client(ours.aws, "iam"), make_policy(ours, "held")
    iam.create_user(UserName="alice")
    iam.attach_user_policy(UserName="alice", PolicyArn=arn)
    iam.create_group(GroupName="team")
    iam.attach_group_policy(GroupName="team", PolicyArn=arn)
    for name in ("developer", "limited"):
        make_role(ours.aws, name)
    iam.attach_role_policy(RoleName="developer", PolicyArn=arn)
    iam.put_role_permissions_boundary(RoleName="limited", PermissionsBoundary=arn)
    return arn


def test_the_attachments_of_all_pages_are_listed(
    policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws, iam = Aws(REGION), Aws(REGION).client("iam")
    one_on_a_page = MagicMock(side_effect=partial(iam.list_entities_for_policy, MaxItems=1))
    monkeypatch.setattr(iam, "list_entities_for_policy", one_on_a_page)
    assert sorted(map(str, list_attachments(aws, policy))) == [
        "permissions boundary held of role limited",
        "policy held of group team",
        "policy held of role developer",
        "policy held of user alice",
    ]
    assert one_on_a_page.call_count == 4
    assert list_attachments(aws, f"{policy}-deleted") == []


def test_each_command_detaches_the_policy(ours: Studio, policy: str) -> None:
    iam = client(ours.aws, "iam")
    for attachment in list_attachments(Aws(REGION), policy):
        _aws, _iam, operation, *flags = attachment.detach_command.split()
        names = [flag[2:].title().replace("-", "") for flag in flags[::2]]
        getattr(iam, operation.replace("-", "_"))(**dict(zip(names, flags[1::2], strict=True)))
    assert list_attachments(Aws(REGION), policy) == []
    iam.delete_policy(PolicyArn=policy)


def test_the_boundary_of_a_user_has_a_command_too() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/held"
    boundary = Attachment(policy_arn=arn, kind="user", name="alice", boundary=True)
    command = "aws iam delete-user-permissions-boundary --user-name alice"
    assert boundary.detach_command == command
