"""The help texts in docs/reference/commands.md, which Sphinx inserts."""

import argparse
import contextlib
import importlib
import io
import os
from collections.abc import Iterator
from unittest import mock

from scripts import cli
from scripts.help import COMMANDS
from settings.paths import PROJECT

MARKER = "<!-- Sphinx puts the help of each command here -->"


def filled(page: str) -> str:
    """The page with the help of every command in place of the marker."""
    return page.replace(MARKER, "\n".join(_commands()))


def _commands() -> Iterator[str]:
    for name in COMMANDS:
        yield f"## studio {name}\n\n```text\n{_help(name)}\n```\n"
        for inner in _subcommands(name):
            yield f"### studio {name} {inner}\n\n```text\n{_help(name, inner)}\n```\n"


def _subcommands(name: str) -> Iterator[str]:
    parser = argparse.ArgumentParser()
    importlib.import_module(f"scripts.{name}").arguments(parser)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices


def _help(*words: str) -> str:
    printed = io.StringIO()
    with (
        mock.patch.dict(os.environ, COLUMNS="90"),
        contextlib.redirect_stdout(printed),
        contextlib.suppress(SystemExit),
    ):
        cli.main([*words, "--help"])
    return printed.getvalue().replace(f"{PROJECT}/", "").strip()
