"""Policies of users for the data channels and the end of sessions."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from studio_emulator.sessions.access import may_open
from studio_emulator.sessions.open_sessions import find
from tests.emulator.samples import ACCOUNT, REGION, allow, refusal
from tests.emulator.sessions.channels import SSH, Channel, closed, echo, host, node_of
from tests.emulator.sessions.policies import OPEN, START, user

DENY_BY_NAME = allow("ssmmessages:*", resource="arn:aws:ssm:*:*:session/user-*") | {
    "Effect": "Deny"
}
END = allow("ssm:TerminateSession", resource="arn:aws:ssm:*:*:session/${aws:username}-*")
# https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-quickstart.html
TAG = "ssm:resourceTag/aws:ssmmessages"
OWN = {f"{TAG}:session-id": "${aws:userid}", f"{TAG}:target-id": "mi-*"}
END_BY_TAG = allow("ssm:TerminateSession", StringLike=OWN)


@pytest.mark.parametrize(
    ("statements", "granted"), [([OPEN], True), ([], False), ([OPEN, DENY_BY_NAME], False)]
)
def test_policies_for_the_data_channel(
    aws: Emulator, statements: list[dict[str, Any]], granted: bool
) -> None:
    ssm, node = user(aws, *START, *statements), node_of(aws)
    with host(aws, node, echo):
        channel = Channel(ssm.start_session(Target=node, **SSH))
        if granted:
            channel.require_echo()
            channel.close()
        else:
            code, reason = closed(channel)
            assert code == 1003
            assert "ssmmessages:OpenDataChannel" in reason


def test_data_channel_of_a_space_needs_no_permission(aws: Emulator) -> None:
    session = find(user(aws, *START).start_session(Target=node_of(aws), **SSH)["SessionId"])
    assert session is not None
    assert not may_open(session)
    session.service = "sagemaker"
    assert may_open(session)


@pytest.mark.parametrize("end", [END, END_BY_TAG], ids=["ARN", "tags"])
def test_users_end_only_their_own_sessions(aws: Emulator, end: dict[str, Any]) -> None:
    alice, bob = (user(aws, *START, end) for _ in range(2))
    session = alice.start_session(Target=node_of(aws), **SSH)["SessionId"]
    code, message = refusal(bob.terminate_session, SessionId=session)
    assert code == "AccessDeniedException"
    assert message.endswith(
        f"ssm:TerminateSession on resource: arn:aws:ssm:{REGION}:{ACCOUNT}:session/{session} "
        "because no identity-based policy allows the ssm:TerminateSession action"
    )
    assert refusal(bob.resume_session, SessionId=session)[0] == "AccessDeniedException"
    alice.terminate_session(SessionId=session)
