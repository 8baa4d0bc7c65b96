"""``cdktf``: the real command line, with the project's Node, Terraform and provider mirror."""

import os
import sys

from scripts.support import toolbox

_LOCKING = frozenset({"deploy", "apply", "diff", "plan", "destroy"})


def main() -> None:
    """Become cdktf; exit code 2 with one line where set-up has not run."""
    try:
        chosen = toolbox.Toolbox.load()
    except FileNotFoundError:
        sys.exit(toolbox.missing())
    program = str(toolbox.NODE_MODULES / ".bin" / "cdktf")
    os.execve(program, ["cdktf", *without_lock(sys.argv[1:])], toolbox.environment(chosen))


def without_lock(words: list[str]) -> list[str]:
    """``words`` such that cdktf makes no lock file: in cdktf.out nobody would keep it."""
    flag = "--skip-provider-lock"
    locks = _LOCKING.intersection(words[:1]) and flag not in words
    return [*words, flag] if locks else words


if __name__ == "__main__":
    main()
