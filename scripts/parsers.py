"""The parsers of ``studio`` and its commands."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, cast

from scripts.help import COMMANDS, DOCS

if TYPE_CHECKING:
    from settings import Settings


class Subcommand(Protocol):
    """What the file of a command defines.

    Optional: ``settings(args) -> Settings`` instead of ``flags.settings_of``.
    """

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the flags."""

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Run it; returns the exit code. Raises UserError for an error that the user can fix."""


class WrongArguments(SystemExit):
    """Arguments that a parser refused, after it printed the usage and ``message``; exit code 2."""

    def __init__(self, message: str) -> None:
        super().__init__(2)
        self.message = message


class Parser(argparse.ArgumentParser):
    """A parser whose errors list the allowed words and suggest one."""

    def __init__(self, **given: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **given)

    def error(self, message: str) -> NoReturn:
        if message.startswith("unrecognized arguments: --config"):
            message += "; --config comes before the command"
        try:
            super().error(message)
        except SystemExit:
            raise WrongArguments(message) from None

    def _get_value(self, action: argparse.Action, word: str) -> Any:
        # The error of a `type` that is an enumeration would name its class.
        if action.type is not None:
            self._check_value(action, word)
        return super()._get_value(action, word)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            choices = list(map(str, action.choices))
            raise argparse.ArgumentError(action, must_be(str(value), choices))


def expected(what: str) -> Callable[[str], str]:
    """The ``type`` of a flag that refuses an empty text. what: such as "a file"."""

    def given(text: str) -> str:
        # An unset variable in a script would mean the default.
        if not text:
            raise argparse.ArgumentTypeError(f"'': {what} is expected")
        return text

    return given


class CommandParser(Parser):
    """Imports the command only to parse its words."""

    command: Subcommand | None = None

    def add_subparsers(self, **given: Any) -> Any:
        return super().add_subparsers(**{"parser_class": Parser, **given})

    def load(self) -> CommandParser:
        """Import the command and declare its flags, once."""
        if self.command is None:
            name = self.prog.split()[-1]
            self.command = cast(Subcommand, importlib.import_module(f"scripts.{name}"))
            self.command.arguments(self)
        return self

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        return super(CommandParser, self.load()).parse_known_args(args, namespace)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from importlib.metadata import version

        print(f"studio {version('private-sagemaker-studio')}")
        parser.exit()


@cache
def studio_parser() -> tuple[Parser, dict[str, CommandParser]]:
    """The parser of ``studio``, and that of each command."""
    parser = Parser(
        prog="studio",
        description="Deploy and operate a private Amazon SageMaker Studio.",
        epilog=f"`studio COMMAND --help` shows examples and exit codes. Documentation: {DOCS}",
    )
    parser.add_argument("--version", nargs=0, action=_Version, help="print the version and exit")
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=expected("a file"),
        help="the settings file (default: the one that STUDIO_CONFIG names, else studio.toml)",
    )
    parser.set_defaults(verbose=False, quiet=False, json=False)
    choices = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=CommandParser
    )
    return parser, {
        name: choices.add_parser(
            name,
            help=about.summary,
            description=about.description,
            epilog=about.epilog,
            parents=[shared(has_json=about.has_json)],  # type: ignore[list-item]
        )
        for name, about in COMMANDS.items()
    }


def must_be(value: str, choices: Sequence[str]) -> str:
    """The error for a wrong word: the allowed ones, and the most similar one."""
    from difflib import get_close_matches

    meant = get_close_matches(value, choices, n=1)
    hint = f"; did you mean {meant[0]!r}?" if meant else ""
    return f"{value!r}: must be one of {', '.join(choices)}{hint}"


@cache
def shared(*, has_json: bool = True) -> argparse.ArgumentParser:
    """A parent parser with the flags of every command.

    Without defaults, which a nested parser would write over the values of its parent.
    """
    parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--verbose", action="store_true", help="print all messages of Terraform")
    amount.add_argument(
        "--quiet", action="store_true", help="print only results, questions and errors"
    )
    if has_json:
        parser.add_argument(
            "--json", action="store_true", help="print the result as one JSON document"
        )
    return parser
