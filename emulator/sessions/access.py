"""Whose policies let them do what with a session of Session Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.iam import Context, Decision
from emulator.iam.callers import Caller
from emulator.sessions.table import Session, find

if TYPE_CHECKING:
    from emulator.studio.call import Call


def check_caller(session_id: str, action: str, call: Call) -> None:
    """AwsError AccessDeniedException where the caller may not do `action` with a session."""
    caller = call.caller
    if caller is not None:
        prefix = f"arn:{call.partition}:ssm:{call.region}:{call.account}"
        _check(caller, action, session_id, f"{prefix}:session/", find(session_id))


def check_opening(session: Session) -> None:
    """AwsError AccessDeniedException where a session's owner may not open its data channel.

    Systems Manager's sample policies for users of sessions all grant it:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-quickstart.html
    """
    if session.caller is not None and session.service == "ssm":
        partition = session.owner.split(":")[1]
        prefix = f"arn:{partition}:ssm:{session.region}:{session.account}:session/"
        _check(session.caller, "ssmmessages:OpenDataChannel", session.id, prefix, session)


def _check(
    caller: Caller, action: str, session_id: str, prefix: str, session: Session | None
) -> None:
    """A session's ARN has its id, or its owner's `aws:userid` in place of the name.

    AWS's sample policies end sessions with `session/${aws:userid}-*`, its messages name the id.
    """
    context: Context = {}
    random = session_id.rpartition("-")[2]
    arns = [f"{prefix}{session_id}"]
    if session is not None and session.caller is not None:
        arns.append(f"{prefix}{session.caller.userid}-{random}")
        context = {
            "ssm:resourceTag/aws:ssmmessages:session-id": session.caller.userid,
            "ssm:resourceTag/aws:ssmmessages:target-id": session.target,
        }
    decisions = {caller.decide(action, arn, context): arn for arn in arns}
    if Decision.DENIED in decisions or Decision.ALLOWED not in decisions:
        caller.check(action, decisions.get(Decision.DENIED, arns[0]), context)
