"""The sessions of every account, and the addresses of the sshds that they lead to."""

from __future__ import annotations

import hmac
import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio_emulator import runtime
from studio_emulator.errors import UsageError
from studio_emulator.runtime.command import Command
from studio_emulator.runtime.terminal import Terminal
from studio_emulator.sessions.purposes import SSH, Purpose

if TYPE_CHECKING:
    from studio_emulator.iam.callers import Caller
    from studio_emulator.studio.call import Call

TOKEN_SECONDS = 60.0
"""Real seconds in which a token opens its channel ("valid only long enough to ensure the
connection is successful", API_StartSession of Systems Manager)."""

_CONNECT_SECONDS = 5.0
_ADDRESS = re.compile(r"127\.0\.0\.1:(\d{1,5})")


class Refused(Exception):
    """An invalid token; the client gets the message."""


@dataclass(kw_only=True)
class Session:
    """A session from StartSession until it has ended.

    service: `ssm` or `sagemaker`; target: a node's id or a space's ARN; caller: None for root;
    token: None once it was used; started, expires (of the token), ended: epoch seconds; purpose:
    what its channel leads to; over: set when both ends have to be closed; why: the reason that the
    client gets.
    """

    id: str
    service: str
    account: str
    region: str
    target: str
    owner: str
    caller: Caller | None
    started: float
    token: str | None
    expires: float
    purpose: Purpose
    document: str = ""
    reason: str = ""
    status: str = "Connecting"
    ended: float | None = None
    why: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def active(self) -> bool:
        return self.ended is None


_SESSIONS: dict[str, Session] = {}
_ADDRESSES: dict[str, tuple[str, int]] = {}


def begin(
    call: Call,
    *,
    service: str,
    target: str,
    document: str = "",
    reason: str = "",
    purpose: Purpose = SSH,
) -> dict[str, str]:
    """A new session and the members of StartSession's answer."""
    now, caller = call.clock.now(), call.caller
    session = Session(
        id=f"{caller.name if caller else 'root'}-{secrets.token_hex(9)[:17]}",
        service=service,
        account=call.account,
        region=call.region,
        target=target,
        owner=caller.arn if caller else f"arn:{call.partition}:iam::{call.account}:root",
        caller=caller,
        purpose=purpose,
        started=now,
        token=None,
        expires=now,
        document=document,
        reason=reason,
    )
    _SESSIONS[session.id] = session
    return renew(session, call)


def renew(session: Session, call: Call) -> dict[str, str]:
    """A new token for a session whose channel is not open yet; the old one is invalid."""
    session.token = secrets.token_urlsafe(192)
    session.expires = call.clock.now() + TOKEN_SECONDS
    return {
        "SessionId": session.id,
        "TokenValue": session.token,
        "StreamUrl": f"{call.channel_url}/v1/data-channel/{session.id}?role=publish_subscribe",
    }


def admit(session_id: str, token: str, *, now: float) -> Session:
    """The session that a token opens.

    Raises Refused for a token that is wrong, was used, has expired, or whose session has ended.
    """
    session = _SESSIONS.get(session_id)
    if (
        session is None
        or session.token is None
        or not hmac.compare_digest(session.token.encode(), token.encode())
        or now >= session.expires
        or not session.active
    ):
        raise Refused("request to open data channel contains an invalid token.")
    session.token = None
    session.status = "Connected"
    return session


def find(session_id: str) -> Session | None:
    """The session with that id, of any account and region."""
    return _SESSIONS.get(session_id)


def host_of(session: Session) -> socket.socket:
    """A connection to the session's sshd: the one that is set, else that of the app.

    Raises ConnectionRefusedError, TimeoutError.
    """
    if not session.purpose.is_ssh:
        raise ConnectionRefusedError
    address = _ADDRESSES.get(session.target)
    if address is None:
        app = runtime.of(session.target)
        if app is None:
            raise ConnectionRefusedError
        return app.connect()
    connection = socket.create_connection(address, _CONNECT_SECONDS)
    connection.settimeout(None)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def program_of(session: Session) -> Terminal | Command:
    """The shell or the command that the session starts in its app.

    Raises ConnectionRefusedError where there is none.
    """
    app = runtime.of(session.target)
    if app is None:
        raise ConnectionRefusedError
    if session.purpose.has_pipe:
        return app.run_command(session.purpose.command)
    return app.open_terminal(session.purpose.command)


def end(session: Session, *, why: str = "") -> None:
    """End a session: its data channel and its connection to the sshd are closed."""
    if session.active:
        session.status, session.token, session.why = "Terminated", None, why
        session.ended = time.time()
    session.over.set()


def end_of(target: str, *, why: str) -> None:
    """End every session to a target."""
    for session in _SESSIONS.values():
        if session.target == target:
            end(session, why=why)


def end_all() -> None:
    """End every session."""
    for session in _SESSIONS.values():
        end(session)


def sessions(call: Call, service: str) -> Iterator[Session]:
    """A service's sessions in the call's account and region, newest first."""
    for session in reversed(_SESSIONS.values()):
        if (session.account, session.region, session.service) == (
            call.account,
            call.region,
            service,
        ):
            yield session


def lead(target: str, address: str) -> None:
    """Set the sshd of channels to `target`, `127.0.0.1:PORT`; UsageError for another form."""
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match[1]) < 65536:
        raise UsageError(f"address {address!r}: 127.0.0.1:PORT is expected")
    _ADDRESSES[target] = ("127.0.0.1", int(match[1]))


def forget() -> None:
    """End and forget every session, and the addresses."""
    for session in _SESSIONS.values():
        session.over.set()
    _SESSIONS.clear()
    _ADDRESSES.clear()
