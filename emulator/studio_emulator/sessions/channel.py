"""The server of data channels on a second port of 127.0.0.1: who may open one; close code 1003.

The client's first message is the JSON of an OpenDataChannelInput with the token, as
session-manager-plugin sends it; binary messages follow (``messages.py``).
https://github.com/aws/session-manager-plugin/blob/mainline/src/service/service.go
"""

import json
import re
import threading
from contextlib import closing

from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.sync.server import Server, ServerConnection, serve

from studio_emulator.clock import Clock
from studio_emulator.lock import LOCK
from studio_emulator.ports import HOST
from studio_emulator.sessions import open_sessions
from studio_emulator.sessions.access import may_open
from studio_emulator.sessions.open_sessions import ChannelRefused, Session
from studio_emulator.sessions.relay import HandshakeFailed, Relay
from studio_emulator.sessions.targets import host_of

# npm's ssm-session omits ClientId and ClientVersion.
_MEMBERS = ("MessageSchemaVersion", "RequestId", "TokenValue")
_TOKEN_SECONDS = 10.0
_CLOSE_SECONDS = 2.0
_LONGEST_REASON = 123
_PATH = re.compile(r"/v1/data-channel/([^/?]+)\?role=publish_subscribe")


class ChannelServer:
    """Serves the data channels of all sessions."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> str:
        """Serve on a free port; the URL, `ws://127.0.0.1:PORT`."""
        # The client pings; a thread for pings would outlive its channel.
        self._server = serve(
            self._serve,
            HOST,
            0,
            compression=None,
            ping_interval=None,
            close_timeout=_CLOSE_SECONDS,
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return f"ws://{HOST}:{self._server.socket.getsockname()[1]}"

    def close(self) -> None:
        """End every session and wait until every channel is closed."""
        if self._server is None or self._thread is None:
            return
        with LOCK:
            open_sessions.end_all()
        self._server.shutdown()
        self._thread.join()
        self._server = self._thread = None

    def _serve(self, channel: ServerConnection) -> None:
        try:
            session = self._admit(channel)
        except ChannelRefused as error:
            channel.close(CloseCode.UNSUPPORTED_DATA, str(error)[:_LONGEST_REASON])
            return
        except (ConnectionClosed, TimeoutError):
            return
        relay = Relay(channel, session.over)
        try:
            version = relay.shake_hands(session.purpose)
            host = host_of(
                session.target,
                session.purpose,
                client_version=version,
                refused=relay.report_closed_port,
            )
            with closing(host):
                relay.run(host)
        except (ConnectionRefusedError, TimeoutError):
            # The message of session-manager-plugin (portsession/muxportforwarding.go).
            session.end_reason = "Connection to destination port failed, check SSM Agent logs."
        except HandshakeFailed:
            pass
        with LOCK:
            open_sessions.end(session, reason=session.end_reason)
        relay.close(session.id, session.end_reason)
        channel.close(CloseCode.NORMAL_CLOSURE, session.end_reason[:_LONGEST_REASON])

    def _admit(self, channel: ServerConnection) -> Session:
        path = _PATH.fullmatch(channel.request.path if channel.request else "")
        try:
            opening = json.loads(channel.recv(_TOKEN_SECONDS))
        except ValueError:
            opening = None
        session_id = path[1] if path else ""
        if not isinstance(opening, dict) or not all(
            isinstance(opening.get(member), str) and opening[member] for member in _MEMBERS
        ):
            raise ChannelRefused(
                f"Channel {session_id}: request to open data channel does not contain token."
            )
        with LOCK:
            session = open_sessions.admit(session_id, opening["TokenValue"], now=self._clock.now())
            if not may_open(session):
                open_sessions.end(session)
                raise ChannelRefused("not authorized to perform: ssmmessages:OpenDataChannel")
            return session
