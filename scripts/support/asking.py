"""Questions whose answer deletes something."""

import sys

from settings import UserError


def answer(question: str) -> str:
    """What the person types. Raises UserError where nobody is there to type it."""
    if not sys.stdin.isatty():
        raise UserError("no terminal to ask at: add --yes")
    return input(question).strip()


def agreed(name: str) -> bool:
    """Whether the person types the deployment's name. Raises UserError as ``answer`` does."""
    return answer(f"Type {name} to go on: ") == name
