"""Policies to open, resume or end a session; `ssm.sessions` checks those of StartSession."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from studio_emulator.iam import Context, Decision
from studio_emulator.sessions.open_sessions import Session, find

if TYPE_CHECKING:
    from studio_emulator.call import Call

_OPEN = "ssmmessages:OpenDataChannel"


def check_caller(session_id: str, action: str, call: Call) -> None:
    """Raise AccessDeniedException unless the caller may perform `action` on a session."""
    caller = call.caller
    if caller is None:
        return
    prefix = call.arn("session/", "ssm")
    session = find(session_id)
    context = _context(session)
    decisions = {
        caller.decide(action, arn, context): arn for arn in _arns(prefix, session_id, session)
    }
    if not _allowed(decisions):
        caller.check(action, decisions.get(Decision.DENIED, f"{prefix}{session_id}"), context)


def may_open(session: Session) -> bool:
    """Whether a session's owner may open its data channel.

    All sample policies of Systems Manager allow it:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-quickstart.html
    """
    if session.caller is None or session.service != "ssm":
        return True
    partition = session.owner.split(":")[1]
    prefix = f"arn:{partition}:ssm:{session.region}:{session.account}:session/"
    context = _context(session)
    arns = _arns(prefix, session.id, session)
    return _allowed({session.caller.decide(_OPEN, arn, context) for arn in arns})


def _arns(prefix: str, session_id: str, session: Session | None) -> list[str]:
    """The ARNs of a session, with its id and with its owner's `aws:userid`.

    AWS's sample policies have `session/${aws:userid}-*`; its messages have the id.
    """
    if session is None or session.caller is None:
        return [f"{prefix}{session_id}"]
    random = session_id.rpartition("-")[2]
    return [f"{prefix}{session_id}", f"{prefix}{session.caller.userid}-{random}"]


def _context(session: Session | None) -> Context:
    if session is None or session.caller is None:
        return {}
    return {
        "ssm:resourceTag/aws:ssmmessages:session-id": session.caller.userid,
        "ssm:resourceTag/aws:ssmmessages:target-id": session.target,
    }


def _allowed(decisions: Collection[Decision]) -> bool:
    return Decision.ALLOWED in decisions and Decision.DENIED not in decisions
