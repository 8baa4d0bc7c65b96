"""Flags that several subcommands have."""

import argparse
from pathlib import Path

from studio.images.engines import ENGINE, ENGINES
from studio.toolchain import toolbox


def out(parser: argparse.ArgumentParser) -> None:
    """``--out``: where the deployment is synthesized, and beside which its local state lies."""
    parser.add_argument(
        "--out",
        type=Path,
        default=toolbox.PROJECT / "cdktf.out",
        help="folder for the synthesized stacks; local state is beside it (%(default)s)",
    )


def allow(parser: argparse.ArgumentParser) -> None:
    """``--allow``: what the guard lets go; see ``review.guard``."""
    parser.add_argument(
        "--allow",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="what may be replaced, destroyed or changed although it holds data (repeatable)",
    )


def as_json(parser: argparse.ArgumentParser) -> None:
    """``--json``: the answer for a program."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def engine(parser: argparse.ArgumentParser) -> None:
    """``--engine``: the container engine."""
    parser.add_argument(
        "--engine",
        choices=list(ENGINES),
        help=f"default: ${ENGINE}, else the first that answers",
    )
