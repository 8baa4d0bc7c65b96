"""The errors of emulated operations and of the emulator's own API."""

from typing import Any


class AwsError(Exception):
    """An AWS error: its code, message, HTTP status, and further members of the error's shape."""

    def __init__(self, code: str, message: str, status: int = 400, **members: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members


class UsageError(Exception):
    """A bad option, port or call of the emulator's own API; the message is one line."""
