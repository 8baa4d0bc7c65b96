"""The errors of emulated operations, and of the emulator's own options."""

from __future__ import annotations

from typing import Any


class AwsError(Exception):
    """An error answer: AWS's code, its message, the HTTP status (400 unless AWS differs).

    `members` are further members of the error's shape, e.g. the list of conflicting ids.
    """

    def __init__(self, code: str, message: str, status: int = 400, **members: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members


class UsageError(Exception):
    """A bad option, port or call of the emulator's own; the message is one line."""
