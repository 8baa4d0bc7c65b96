"""Questions at the terminal."""

from scripts.support.asking import answer
from settings import UserError


def confirm(word: str, question: str, *, yes: bool) -> None:
    """Ask until nothing else than ``word`` means yes; ``yes``: it was answered already.

    Raises UserError for any other answer, and where there is no terminal to ask at.
    """
    if not yes and answer(question) != word:
        raise UserError("nothing was changed")
