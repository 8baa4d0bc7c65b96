"""Questions at the terminal."""

import sys

from settings import UserError


def confirm(word: str, question: str, *, yes: bool) -> None:
    """Ask until nothing else than ``word`` means yes; ``yes``: it was answered already.

    Raises UserError for any other answer, and where there is no terminal to ask at.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UserError("no terminal to ask at: add --yes")
    if input(question).strip() != word:
        raise UserError("nothing was changed")
