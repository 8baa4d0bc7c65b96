"""Sessions: a token is valid once, for 60 s. app_runtime.py and ssm/nodes.py end sessions, too."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio_emulator.sessions import targets
from studio_emulator.sessions.targets import SSH, Purpose

if TYPE_CHECKING:
    from studio_emulator.call import Call
    from studio_emulator.iam.callers import Caller

TOKEN_SECONDS = 60.0
"""Real seconds until a token expires ("valid only long enough to ensure the connection is
successful", API_StartSession of Systems Manager)."""


class ChannelRefused(Exception):
    """Closes the channel with its message."""


@dataclass(kw_only=True)
class Session:
    """A session.

    service: `ssm` or `sagemaker`; target: a node's id or a space's ARN; caller: None for root;
    token: None after its use; expires: of the token; started, expires, ended: epoch seconds; over:
    set when both ends must close; end_reason: the client prints it.
    """

    id: str
    service: str
    account: str
    region: str
    target: str
    owner: str
    caller: Caller | None
    started: float
    purpose: Purpose
    token: str | None = None
    expires: float = 0.0
    document: str = ""
    reason: str = ""
    status: str = "Connecting"
    ended: float | None = None
    end_reason: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def active(self) -> bool:
        return self.ended is None


_SESSIONS: dict[str, Session] = {}


def begin(
    call: Call,
    *,
    service: str,
    target: str,
    document: str = "",
    reason: str = "",
    purpose: Purpose = SSH,
) -> dict[str, str]:
    """Start a session; the members of StartSession's response."""
    now, caller = call.clock.now(), call.caller
    session = Session(
        id=f"{caller.name if caller else 'root'}-{secrets.token_hex(9)[:17]}",
        service=service,
        account=call.account,
        region=call.region,
        target=target,
        owner=call.caller_arn,
        caller=caller,
        purpose=purpose,
        started=now,
        document=document,
        reason=reason,
    )
    _SESSIONS[session.id] = session
    return replace_token(session, call)


def replace_token(session: Session, call: Call) -> dict[str, str]:
    """Replace the token of a session; the members of ResumeSession's response."""
    session.token = secrets.token_urlsafe(192)
    session.expires = call.clock.now() + TOKEN_SECONDS
    return {
        "SessionId": session.id,
        "TokenValue": session.token,
        "StreamUrl": f"{call.channel_url}/v1/data-channel/{session.id}?role=publish_subscribe",
    }


def admit(session_id: str, token: str, *, now: float) -> Session:
    """The session of a token, which becomes Connected.

    Raises ChannelRefused for a wrong, used or expired token, and after the end of the session.
    """
    session = _SESSIONS.get(session_id)
    if (
        session is None
        or session.token is None
        or not hmac.compare_digest(session.token.encode(), token.encode())
        or now >= session.expires
        or not session.active
    ):
        raise ChannelRefused("request to open data channel contains an invalid token.")
    session.token = None
    session.status = "Connected"
    return session


def find(session_id: str) -> Session | None:
    """The session with that id in any account and region."""
    return _SESSIONS.get(session_id)


def end(session: Session, *, reason: str = "") -> None:
    """End a session; closes its data channel and its connection to the target."""
    if session.active:
        session.status, session.token, session.end_reason = "Terminated", None, reason
        session.ended = time.time()
    session.over.set()


def end_sessions_of(target: str, *, reason: str) -> None:
    """End every session to a target."""
    for session in _SESSIONS.values():
        if session.target == target:
            end(session, reason=reason)


def end_all() -> None:
    for session in _SESSIONS.values():
        end(session)


def sessions(call: Call) -> Iterator[Session]:
    """Systems Manager's sessions in the call's account and region, newest first."""
    for session in reversed(_SESSIONS.values()):
        if (session.service, session.account, session.region) == ("ssm", call.account, call.region):
            yield session


def reset() -> None:
    """End and delete every session; delete the addresses of sshds."""
    end_all()
    _SESSIONS.clear()
    targets.forget_addresses()
