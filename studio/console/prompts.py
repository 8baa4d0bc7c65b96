"""Questions whose answer deletes something."""

import sys

from settings import UserError


def answer(question: str) -> str:
    """What the person types; empty at the end of input (Ctrl-D), which agrees to nothing.

    Raises UserError where nobody is there to type it.
    """
    # Python has no standard input where the caller closed it.
    if sys.stdin is None or not sys.stdin.isatty():
        raise UserError("no terminal to ask at: add --yes")
    try:
        return input(question).strip()
    except EOFError:
        print()
        return ""


def agreed(name: str) -> bool:
    """Whether the person types the deployment's name. Raises UserError as ``answer`` does."""
    return answer(f"Type {name} to go on: ") == name


def confirm(word: str, question: str, *, yes: bool) -> None:
    """Ask until nothing else than ``word`` means yes; ``yes``: it was answered already.

    Raises UserError for any other answer, and where there is no terminal to ask at.
    """
    if not yes and answer(question) != word:
        raise UserError("nothing was changed")
