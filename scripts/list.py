"""``studio list``: lists the deployments of this checkout, their regions and resources."""

import argparse
import json
from dataclasses import asdict

from scripts import flags
from studio.console import terminal
from studio.console.tables import table
from studio.lifecycle.deployments import KnownDeployment, known

_HEAD = ("SETTINGS", "NAME", "REGION", "RESOURCES", "STATE")


def arguments(_: argparse.ArgumentParser) -> None:
    """No flags of its own."""


def settings(_: argparse.Namespace) -> None:
    """Reads none here: each deployment has its own."""


def run(args: argparse.Namespace, _: None) -> int:
    """Print a line for each deployment, or JSON; exit code 0. Raises UserError."""
    found = known(named=flags.config_file(args))
    if args.json:
        print(json.dumps([asdict(one) for one in found], indent=2))
        return 0
    print(table([_HEAD, *map(_row, found)], width=terminal.width()))
    for one in found:
        if one.problem:
            print(f"{one.file}: {one.problem}")
    return 0


def _row(one: KnownDeployment) -> tuple[str, ...]:
    none = "?" if one.problem else "not deployed"
    held = "in the bucket" if one.resources is None else str(one.resources or none)
    return (one.file, one.name, one.region, held, one.state)
