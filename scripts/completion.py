"""``studio completion``: prints the completion of commands and flags for a shell."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from settings import Settings

Words = Mapping[str, list[str]]
"""By command: its flags, and what its arguments can be."""

# No mapfile: macOS has bash 3.2, and zsh has none.
_BASH = """\
_studio() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" choices=""
    if [ "$COMP_CWORD" -eq 1 ]; then
        choices="{commands}"
    else
        case "${{COMP_WORDS[1]}}" in
{cases}
        esac
    fi
    COMPREPLY=($(compgen -W "$choices" -- "$word"))
}}
complete -o default -F _studio studio"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The shell."""
    parser.add_argument("shell", metavar="SHELL", choices=list(_WRITERS), help="bash, zsh or fish")


def settings(_: argparse.Namespace) -> None:
    """None are read."""


def run(args: argparse.Namespace, _settings: Settings | None) -> int:
    """Print the script; exit code 0."""
    from scripts.cli import command_parsers

    print(_WRITERS[args.shell]({name: list(_words(p)) for name, p in command_parsers().items()}))
    return 0


def _words(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from (flag for flag in action.option_strings if flag.startswith("--"))
        if not action.option_strings and action.choices is not None:
            yield from map(str, action.choices)


def _bash(words: Words) -> str:
    cases = "\n".join(
        f'            {name}) choices="{" ".join(own)}" ;;' for name, own in words.items()
    )
    return _BASH.format(commands=" ".join(words), cases=cases)


def _zsh(words: Words) -> str:
    return f"autoload -U +X bashcompinit && bashcompinit\n{_bash(words)}"


def _fish(words: Words) -> str:
    from scripts.help import COMMANDS

    lines = ["complete -c studio -f"]
    for name, own in words.items():
        summary = COMMANDS[name].summary.replace("'", "\\'")
        lines.append(f"complete -c studio -n __fish_use_subcommand -a {name} -d '{summary}'")
        seen = f"complete -c studio -n '__fish_seen_subcommand_from {name}'"
        lines += [
            f"{seen} -l {word[2:]}" if word[0] == "-" else f"{seen} -a {word}" for word in own
        ]
    return "\n".join(lines)


_WRITERS: Mapping[str, Callable[[Words], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
