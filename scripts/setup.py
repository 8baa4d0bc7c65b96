"""``make setup``: installs everything into this folder; uses the standard library only.

    python3 -m scripts.setup [--checks]

Creates ``.venv`` (with ``studio``, ``cdktf``), ``node_modules``, ``.tools``; ``--checks`` adds
checkov and the client of sagemaker-ssh-helper.
"""

import sys

# First, and in the syntax of older versions: the imports below need Python 3.11.
if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may run it
    sys.stderr.write(
        f"setup: {sys.executable} is Python {sys.version.split()[0]}: 3.11 or newer is needed; "
        "name one with `make PYTHON=python3.11 ...`\n"
    )
    sys.exit(2)

import argparse
from collections.abc import Sequence

from scripts.driver import INTERRUPTED, INTERRUPTED_MESSAGE
from studio.console.output import say
from studio.toolchain.install import SetupError, install
from studio.toolchain.provider_mirror import BadMirror
from studio.toolchain.terraform_binary import NoTerraform


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 if everything is installed, 2 with one line on an error, 130 if interrupted."""
    parser = argparse.ArgumentParser(prog="make setup", description="Install what is needed.")
    parser.add_argument(
        "--checks", action="store_true", help="also install what only `make test` needs"
    )
    wanted = parser.parse_args(argv)
    try:
        install(checks=wanted.checks)
    except (SetupError, NoTerraform, BadMirror, OSError) as error:
        say(f"setup: {error}")
        return 2
    except KeyboardInterrupt:
        say(f"setup: {INTERRUPTED_MESSAGE}")
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
