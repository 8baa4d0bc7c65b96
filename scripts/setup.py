"""``make setup``: everything the project needs, into its own folder; standard library only.

    python3 -m scripts.setup [--checks]

Leaves ``.venv`` (with ``studio`` and ``cdktf``), ``node_modules`` and ``.tools``. ``--checks`` adds
checkov and sagemaker-ssh-helper's own client.
"""

import sys

# First of all, and in the syntax of an older Python: what is imported below needs this one.
if sys.version_info < (3, 11):  # noqa: UP036 - whoever has only an older one starts this with it
    sys.stderr.write(
        f"setup: {sys.executable} is Python {sys.version.split()[0]}: 3.11 or newer is needed; "
        "name one with `make PYTHON=python3.11 ...`\n"
    )
    sys.exit(2)

import argparse
from collections.abc import Sequence

from scripts.driver import INTERRUPTED, INTERRUPTED_MESSAGE
from studio.toolchain.install import SetupError, install
from studio.toolchain.provider_mirror import BadMirror
from studio.toolchain.terraform_binary import NoTerraform
from studio.toolchain.toolbox import say


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 when everything is there, 2 with one line where it cannot be, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="make setup", description="Install what is needed.")
    parser.add_argument("--checks", action="store_true", help="also what only `make test` needs")
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
