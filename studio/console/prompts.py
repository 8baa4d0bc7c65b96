"""Questions on the terminal: without a terminal they are refused, unless `--yes` answers them."""

import sys

from settings import UserError
from studio.console import output


def answer(question: str) -> str:
    """The answer; "" after Ctrl-D and for malformed text. Raises UserError without a terminal."""
    # sys.stdin is None if the caller closed standard input.
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


def agreed(verb: str, name: str, *, yes: bool) -> bool:
    """Whether the person types the verb and the deployment's name, unless ``yes``.

    The verb too, since the name is often ``studio``. Raises UserError as ``answer`` does.
    """
    words = f"{verb} {name}"
    return yes or answer(f"Type `{words}` to {verb} it: ").split() == words.split()


def confirm(word: str, question: str, *, yes: bool) -> None:
    """Ask for ``word`` unless ``yes``. Raises UserError for another answer, or no terminal."""
    if not yes and answer(question) != word:
        raise UserError("nothing was changed")
