"""The console commands: an interrupt is one line from the first moment on.

What they import takes half a second, in which Ctrl-C would leave a traceback.
"""

import sys


def studio() -> int:
    """``scripts.cli.main``; exit code 130 when interrupted before that can say so."""
    try:
        from scripts import cli

        return cli.main()
    except KeyboardInterrupt:
        return _interrupted("studio")


def cdktf() -> int:
    """``scripts.cdktf.main``, which becomes cdktf or exits; 130 when interrupted before."""
    try:
        from scripts import cdktf

        cdktf.main()
    except KeyboardInterrupt:
        return _interrupted("cdktf")
    return 0


def _interrupted(program: str) -> int:
    print(f"{program}: interrupted; run it again to go on", file=sys.stderr)
    return 130
