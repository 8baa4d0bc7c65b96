"""``studio``: finds the subcommand's file, loads the settings and runs it."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from scripts import driver
from studio.processes import interrupts

if TYPE_CHECKING:
    from settings import Settings

SUBCOMMANDS = {
    "up": "deploy all stacks, build and push the images that they need",
    "review": "what a deployment would change, cost and put at risk; changes nothing",
    "connect": "start a user's app, end with an ssh host that works",
    "invite": "print the line with which a user installs studio and connects",
    "list": "the deployments of this checkout, where each is and what its state holds",
    "status": "who runs what, since when, and for how much",
    "stop": "end a user's app and deregister its nodes",
    "doctor": "check this machine, the account and the deployment for what a connection needs",
    "push": "build the enabled images and push what their repositories lack",
    "image": "check the images, list, record and prune their versions",
    "pause": "stop what is billed by the hour; domain, users, volumes and homes stay",
    "resume": "create again what `studio pause` deleted",
    "down": "take the deployment down, with what people and SageMaker added to it",
    "sweep": "find and delete what earlier deployments left in the account",
    "state": "make the state's bucket, move state, remove a lock, adopt what stands",
    "emulator": "serve an emulated AWS on loopback, until interrupted",
    "demo": "the whole life of a deployment, on an emulated AWS",
}


_NO_FLAG = object()


class Subcommand(Protocol):
    """What each file of a subcommand defines.

    It may define ``settings(args) -> Settings`` too, where it is not ``settings.load`` alone that
    decides where they come from.
    """

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the flags."""

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Run it; returns the exit code. Raises UserError for what a person can put right."""


class _Parser(argparse.ArgumentParser):
    """A subcommand's parser, which loads the subcommand only once its words are to be read."""

    subcommand: Subcommand | None = None

    def add_subparsers(self, **given: Any) -> Any:
        return super().add_subparsers(**{"parser_class": argparse.ArgumentParser, **given})

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        name = self.prog.split()[-1]
        self.subcommand = cast(Subcommand, importlib.import_module(f"scripts.{name}"))
        self.subcommand.arguments(self)
        return super().parse_known_args(args, namespace)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 where a step failed, or 2 for bad input, 130 when interrupted."""
    parser = argparse.ArgumentParser(
        prog="studio", description="A private SageMaker Studio for a team, from nothing and back."
    )
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="the settings file (default: the one that STUDIO_CONFIG names, else studio.toml)",
    )
    choices = parser.add_subparsers(
        dest="subcommand", required=True, metavar="SUBCOMMAND", parser_class=_Parser
    )
    parsers = {
        name: choices.add_parser(name, help=summary, description=_sentence(summary))
        for name, summary in SUBCOMMANDS.items()
    }
    args = parser.parse_args(argv)
    if args.config:
        # As if the shell had set it: main.py and cdktf, which this starts, read the same file.
        os.environ["STUDIO_CONFIG"] = str(Path(args.config).absolute())
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Not every terminal's encoding has every name and mark.
        sys.stdout.reconfigure(errors="backslashreplace")
    interrupts.install()
    subcommand = cast(Subcommand, parsers[args.subcommand].subcommand)
    return driver.run(f"studio {args.subcommand}", lambda: _run(subcommand, args))


def _run(subcommand: Subcommand, args: argparse.Namespace) -> int:
    from settings import load
    from studio.processes import children, ending

    settings = getattr(subcommand, "settings", lambda _: load())(args)
    if getattr(args, "out", _NO_FLAG) is None and not getattr(args, "deployment", None):
        from studio.lifecycle.deployments import default_out

        args.out = default_out(settings)
    try:
        return subcommand.run(args, settings)
    except KeyboardInterrupt:
        ending.end_children(grace=children.GRACE, hurry=interrupts.hurried.is_set)
        raise


def _sentence(summary: str) -> str:
    return f"{summary[0].upper()}{summary[1:]}."


if __name__ == "__main__":
    sys.exit(main())
