"""Statements of key policies."""

from typing import Any

from tests.emulator.samples import REGION, ROOT, grant

LOGS = {"Service": f"logs.{REGION}.amazonaws.com"}
"""CloudWatch Logs, as a principal of a policy."""


def statement(principal: Any, action: str = "kms:*", **more: Any) -> dict[str, Any]:
    """A statement of a key's policy, by default for all operations."""
    return grant(principal, action, Resource="*", **more)


OWNER = statement(ROOT)
