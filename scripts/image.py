"""studio image: what can be asked of the custom images; one module an action."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Protocol

from settings import Settings, UserError
from studio.images.contract import command as check
from studio.images.versions import listing, prune, record


class Action(Protocol):
    """What the module of an action defines; `run` answers the exit code."""

    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace, settings: Settings) -> int: ...


ACTIONS: Mapping[str, Action] = {
    "check": check,
    "list": listing,
    "record": record,
    "prune": prune,
}


def arguments(parser: argparse.ArgumentParser) -> None:
    choices = parser.add_subparsers(dest="action", metavar="ACTION")
    for name, action in ACTIONS.items():
        action.arguments(choices.add_parser(name, help=action.HELP, description=action.HELP))


def run(args: argparse.Namespace, settings: Settings) -> int:
    if args.action is None:
        raise UserError(f"say what to do: {', '.join(ACTIONS)}")
    return ACTIONS[args.action].run(args, settings)
