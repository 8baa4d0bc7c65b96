"""``studio``: loads the settings, runs the command, and prints the document of ``--json``."""

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Sequence
from typing import cast

from scripts import driver, flags
from scripts.help import COMMANDS
from scripts.parsers import Subcommand, WrongArguments, studio_parser
from studio.console import output, terminal
from studio.processes import interrupts


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0, 1 if a step failed, 2 for wrong input, 130 if interrupted."""
    parser, commands = studio_parser()
    words = sys.argv[1:] if argv is None else argv
    try:
        args = parser.parse_args(words)
    except WrongArguments as wrong:
        if "--json" in words:
            named = next((word for word in words if word in commands), "")
            print(_document(named, 2, [], [], wrong.message))
        raise
    if isinstance(sys.stdout, io.TextIOWrapper):
        # The terminal's encoding may lack characters of names.
        sys.stdout.reconfigure(errors="backslashreplace")
    interrupts.install()
    command = cast(Subcommand, commands[args.command].command)
    if args.json:
        return _as_document(command, args)
    return driver.run(f"studio {args.command}", lambda: _run(command, args))


def _run(command: Subcommand, args: argparse.Namespace, reported: list[str] | None = None) -> int:
    from settings import UserError
    from studio.processes import children, ending

    named = getattr(args, "deployment", None)
    shown, about = terminal.is_terminal(sys.stderr, os.environ), COMMANDS[args.command]
    said = output.Output(
        quiet=args.quiet,
        verbose=args.verbose,
        live=shown and about.runs_terraform and not args.verbose,
        silent=not about.doing,
        piped=not shown,
        doing=about.doing,
        config=args.config or "",
        deployment=f"--deployment {named} --region {args.region}" if named else "",
        reported=[] if reported is None else reported,
    )
    with output.speaking(said):
        try:
            # For --deployment, this calls AWS.
            settings = getattr(command, "settings", flags.settings_of)(args)
            if "out" in args and args.out is None and not named:
                from studio.lifecycle.deployments import default_out

                args.out = default_out(settings)
            return command.run(args, settings)
        except UserError as error:
            # Commands in the message name the settings of this one.
            error.args = (said.runnable(str(error)),)
            raise
        except KeyboardInterrupt:
            ending.end_children(grace=children.GRACE, hurry=interrupts.hurried.is_set)
            raise


def _as_document(command: Subcommand, args: argparse.Namespace) -> int:
    """Run a command and print one JSON document: its own, or its exit code and messages.

    The error is on standard error, too. A bug prints its traceback and no document.
    """
    printed, reported, errors = io.StringIO(), list[str](), list[str]()

    def run() -> int:
        try:
            return _run(command, args, reported)
        except Exception as error:
            errors.append(str(error))
            raise

    with contextlib.redirect_stdout(printed):
        code = driver.run(f"studio {args.command}", run)
    own = printed.getvalue()
    if own.startswith(("{", "[")) and not errors:
        print(own, end="")
        return code
    print(_document(args.command, code, own.splitlines(), reported, *errors))
    return code


def _document(
    command: str, code: int, printed: Sequence[str], reported: Sequence[str], *errors: str
) -> str:
    document = {"command": command, "exit_code": code, "output": printed, "reported": reported}
    return json.dumps(document | ({"error": errors[0]} if errors else {}))


if __name__ == "__main__":
    sys.exit(main())
