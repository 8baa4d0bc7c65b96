"""Sessions to nodes: requirements, tokens, filters."""

from typing import Any

import pytest

from studio_emulator import ssm as hybrid
from studio_emulator.sessions.open_sessions import admit
from studio_emulator.ssm.settings import TIER
from tests.emulator.samples import ACCOUNT, refusal
from tests.emulator.sessions.channels import SSH


def test_session_needs_the_advanced_tier(ssm: Any, node: str) -> None:
    assert refusal(ssm.start_session, Target=node) == (
        "BadRequest",
        "Enable advanced-instances tier to use Session Manager with your on-premises instances",
    )
    ssm.update_service_setting(SettingId=TIER, SettingValue="advanced")
    assert ssm.start_session(Target=node)["SessionId"]


@pytest.mark.usefixtures("advanced")
def test_session_needs_a_connected_node(ssm: Any, node: str) -> None:
    hybrid.set_online(node, online=False)
    lost = refusal(ssm.start_session, Target=node)
    assert lost == ("TargetNotConnected", f"{node} is not connected.")
    assert refusal(ssm.start_session, Target="mi-00000000000000000")[0] == "TargetNotConnected"


@pytest.mark.usefixtures("advanced")
def test_resume_session_replaces_the_token(ssm: Any, node: str) -> None:
    started = ssm.start_session(Target=node, Reason="work", **SSH)
    resumed = ssm.resume_session(SessionId=started["SessionId"])
    assert resumed["StreamUrl"] == started["StreamUrl"]
    assert resumed["TokenValue"] != started["TokenValue"]
    (shown,) = ssm.describe_sessions(
        State="Active", Filters=[{"key": "SessionId", "value": started["SessionId"]}]
    )["Sessions"]
    assert (shown["Reason"], shown["Status"]) == ("work", "Connecting")
    admit(started["SessionId"], resumed["TokenValue"], now=0)
    assert "TokenValue" not in ssm.resume_session(SessionId=started["SessionId"])
    ssm.terminate_session(SessionId=started["SessionId"])
    assert "TokenValue" not in ssm.resume_session(SessionId=started["SessionId"])
    assert refusal(ssm.resume_session, SessionId="root-0")[0] == "DoesNotExistException"
    assert ssm.terminate_session(SessionId="root-0")["SessionId"] == "root-0"


@pytest.mark.usefixtures("advanced")
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"Owner": f"arn:aws:iam::{ACCOUNT}:root"}, True),
        ({"Owner": "bob"}, False),
        ({"Status": "Connecting"}, True),
        ({"Status": "Connected"}, False),
    ],
)
def test_filters_of_sessions(ssm: Any, node: str, filters: dict[str, str], found: bool) -> None:
    ssm.start_session(Target=node, **SSH)
    given = [{"key": key, "value": value} for key, value in (filters | {"Target": node}).items()]
    assert len(ssm.describe_sessions(State="Active", Filters=given)["Sessions"]) == found
    unknown = [{"key": "InvokedAfter", "value": "2026-01-01T00:00:00Z"}]
    assert refusal(ssm.describe_sessions, State="Active", Filters=unknown)[0] == "InvalidFilterKey"


@pytest.mark.usefixtures("advanced")
def test_newest_sessions_come_first(ssm: Any, node: str) -> None:
    ids = [ssm.start_session(Target=node, **SSH)["SessionId"] for _ in range(3)]
    shown = ssm.describe_sessions(State="Active")["Sessions"]
    assert [session["SessionId"] for session in shown] == ids[::-1]
