"""``studio``: finds the subcommand's file, loads the settings, turns a UserError into one line."""

import argparse
import importlib
import io
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn, Protocol, cast

from settings import Settings, UserError, load

SUBCOMMANDS = (
    "up", "review", "connect", "status", "stop", "doctor", "push", "image",
    "pause", "resume", "down", "sweep", "state", "emulator", "demo",
)  # fmt: skip


class Subcommand(Protocol):
    """What each file of a subcommand defines.

    It may define ``settings() -> Settings`` too, where it is not ``settings.load`` that decides
    which file is read.
    """

    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the flags."""

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Do it; the answer is the exit code. Raises UserError for what a person can put right."""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 where a step failed, or 2 for bad input, 130 when interrupted."""
    parser = argparse.ArgumentParser(
        prog="studio", description="A private SageMaker Studio for a team, from nothing and back."
    )
    choices = parser.add_subparsers(dest="subcommand", required=True, metavar="SUBCOMMAND")
    found = {name: _load(name) for name in SUBCOMMANDS}
    for name, subcommand in found.items():
        summary = subcommand.HELP
        subcommand.arguments(choices.add_parser(name, help=summary, description=summary))
    args = parser.parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Not every terminal's encoding has every name and mark.
        sys.stdout.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        chosen = found[args.subcommand]
        return chosen.run(args, getattr(chosen, "settings", load)())
    except UserError as error:
        print(f"studio {args.subcommand}: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(f"studio {args.subcommand}: interrupted; run it again to go on", file=sys.stderr)
        return 130


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _load(name: str) -> Subcommand:
    return cast(Subcommand, importlib.import_module(f"scripts.{name}"))


if __name__ == "__main__":
    sys.exit(main())
