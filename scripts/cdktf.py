"""``cdktf``: the real command line, with the project's Node, Terraform and provider mirror."""

import argparse
import os
import sys
from pathlib import Path

from scripts.support import toolbox
from scripts.support.state import places
from settings import UserError, load
from settings.versions import Versions

_LOCKING = frozenset({"deploy", "apply", "diff", "plan", "destroy"})
_SYNTHESIZING = _LOCKING | {"synth", "list", "output", "watch"}


def main() -> None:
    """Become cdktf; exit code 2 with one line for wrong settings, or where set-up has not run."""
    words = sys.argv[1:]
    try:
        chosen = toolbox.Toolbox.load()
        if _SYNTHESIZING.intersection(words[:1]):
            settings = load()
            # main.py would say the same, in the middle of what cdktf makes of it.
            Versions.load(settings)
            if words[0] in _LOCKING:
                out, stacks = named(words)
                places.check(settings, out.parent, stacks=stacks)
    except FileNotFoundError:
        sys.exit(toolbox.missing())
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    program = str(toolbox.NODE_MODULES / ".bin" / "cdktf")
    os.execve(program, ["cdktf", *without_lock(words)], toolbox.environment(chosen))


def without_lock(words: list[str]) -> list[str]:
    """``words`` such that cdktf makes no lock file: in cdktf.out nobody would keep it."""
    flag = "--skip-provider-lock"
    locks = _LOCKING.intersection(words[:1]) and flag not in words
    return [*words, flag] if locks else words


def named(words: list[str]) -> tuple[Path, list[str]]:
    """The folder of the synthesized stacks that these words name, and the stacks, as patterns."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-o", "--output", type=Path, default=Path("cdktf.out"))
    known, others = parser.parse_known_args(words)
    stacks = [word for word in others[1:] if not word.startswith("-")]
    return known.output.resolve(), stacks or ["*"]


if __name__ == "__main__":
    main()
