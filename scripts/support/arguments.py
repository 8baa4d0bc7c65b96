"""Flags that several subcommands have."""

import argparse
from pathlib import Path

from scripts.support import toolbox


def out(parser: argparse.ArgumentParser) -> None:
    """``--out``: where the deployment is synthesized, and beside which its local state lies."""
    parser.add_argument(
        "--out",
        type=Path,
        default=toolbox.PROJECT / "cdktf.out",
        help="folder for the synthesized stacks; local state is beside it (%(default)s)",
    )


def as_json(parser: argparse.ArgumentParser) -> None:
    """``--json``: the answer for a program."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
