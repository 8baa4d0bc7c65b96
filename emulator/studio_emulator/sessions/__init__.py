"""Sessions of Session Manager to apps and nodes, and their data channels."""

from studio_emulator.sessions.access import check_caller
from studio_emulator.sessions.channel import ChannelServer
from studio_emulator.sessions.open_sessions import (
    Session,
    begin,
    end,
    end_sessions_of,
    replace_token,
    reset,
    sessions,
)
from studio_emulator.sessions.targets import set_address

__all__ = [
    "ChannelServer",
    "Session",
    "begin",
    "check_caller",
    "end",
    "end_sessions_of",
    "replace_token",
    "reset",
    "sessions",
    "set_address",
]
