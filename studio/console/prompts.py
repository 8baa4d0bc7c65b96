"""Questions whose answer deletes something."""

import sys

from settings import UserError
from studio.console import output


def answer(question: str) -> str:
    """What the person types; empty, which agrees to nothing, at Ctrl-D and where it is no text.

    Raises UserError where there is no terminal.
    """
    # Python has no standard input where the caller closed it.
    if sys.stdin is None or not sys.stdin.isatty():
        raise UserError("no terminal to ask at: add --yes")
    output.current().before_question()
    # Standard output is for results.
    print(question, end="", file=sys.stderr, flush=True)
    try:
        return input().strip()
    except UnicodeDecodeError:
        return ""
    except (EOFError, KeyboardInterrupt) as ended:
        print(file=sys.stderr)
        if isinstance(ended, KeyboardInterrupt):
            raise
        return ""
    finally:
        output.current().after_question()


def agreed(verb: str, name: str) -> bool:
    """Whether the person types what is done, and the deployment's name.

    The name alone is often ``studio``, as the command is. Raises UserError as ``answer`` does.
    """
    words = f"{verb} {name}"
    return answer(f"Type `{words}` to {verb} it: ").split() == words.split()


def confirm(word: str, question: str, *, yes: bool) -> None:
    """Ask until nothing else than ``word`` means yes; ``yes``: it was answered already.

    Raises UserError for any other answer, and where there is no terminal to ask at.
    """
    if not yes and answer(question) != word:
        raise UserError("nothing was changed")
