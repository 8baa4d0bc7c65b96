"""Commands on a node: what they print, or how they ended."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from studio.aws import waiting
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.aws.node_commands import run_commands
from studio.aws.nodes import Registration
from studio.errors import StepFailed

NODE = Registration(
    id="mi-0123456789abcdef0",
    is_node=True,
    domain_id="d-abc",
    space="alice",
    owner="alice",
    status="Online",
    since=datetime(2026, 11, 1, tzinfo=UTC),
)
UNKNOWN = AwsError("not yet", response={"Error": {"Code": "InvocationDoesNotExist"}})


def run(monkeypatch: pytest.MonkeyPatch, *answers: dict[str, str] | AwsError) -> str:
    """What Systems Manager answers one after another about the command."""
    left = list(answers)

    def invocation(**_: Any) -> dict[str, str]:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, AwsError):
            raise answer
        return answer

    ssm = SimpleNamespace(
        send_command=lambda **_: {"Command": {"CommandId": "1"}}, get_command_invocation=invocation
    )
    monkeypatch.setattr(Aws, "client", lambda *_: ssm)
    monkeypatch.setattr(waiting, "_FIRST_PAUSE", 0.0)
    return run_commands(Aws("us-east-1"), NODE, ["echo hello"])


def test_run_commands_waits_for_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    done = {"Status": "Success", "StandardOutputContent": "hello\n"}
    assert run(monkeypatch, UNKNOWN, {"Status": "InProgress"}, done) == "hello\n"


def test_a_command_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = {"Status": "Failed", "StandardErrorContent": "no such file"}
    with pytest.raises(StepFailed, match=r"mi-0123456789abcdef0: .* as Failed: no such file"):
        run(monkeypatch, failed)


def test_run_commands_raises_a_denied_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    denied = AwsError("denied", response={"Error": {"Code": "AccessDeniedException"}})
    with pytest.raises(AwsError, match="denied"):
        run(monkeypatch, denied)
