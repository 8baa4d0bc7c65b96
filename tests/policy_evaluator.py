"""The evaluation of policies in the emulator."""

from collections.abc import Iterable

from catalog.permissions.iam import Statement
from studio_emulator.iam.conditions import Context
from studio_emulator.iam.policy import applying, decide


def allows(
    statements: Iterable[Statement], action: str, resource: str, context: Context | None = None
) -> bool:
    """Whether the statements allow the action: one allows it and none denies it."""
    elements = [statement.element() for statement in statements]
    return decide(applying(elements, action, resource, context or {}))
