"""``studio completion``: prints the completion script of a shell."""

import argparse
from collections.abc import Callable, Mapping
from typing import NamedTuple

from scripts.help import COMMANDS
from scripts.parsers import studio_parser
from settings import Settings


class Offer(NamedTuple):
    """What to offer behind a command.

    words: its flags, and the choices of its arguments. values: by flag that takes a value, the
    choices; empty for a file or free text.
    """

    words: list[str]
    values: dict[str, list[str]]


Offers = Mapping[str, Offer]
"""By command."""

# No mapfile: macOS has bash 3.2, and zsh has none.
_BASH = """\
_studio() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" choices=""
    case "$COMP_CWORD ${{COMP_WORDS[1]}} ${{COMP_WORDS[COMP_CWORD-1]}}" in
        "1 "*) choices="{commands}" ;;
{cases}
    esac
    COMPREPLY=($(compgen -W "$choices" -- "$word"))
}}
complete -o default -F _studio studio"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=list(_WRITERS), help="bash, zsh or fish")


def settings(_: argparse.Namespace) -> None:
    """Reads no settings."""


def run(args: argparse.Namespace, _settings: Settings | None) -> int:
    parsers = studio_parser()[1]
    print(_WRITERS[args.shell]({name: _offer(parser.load()) for name, parser in parsers.items()}))
    return 0


def _offer(parser: argparse.ArgumentParser) -> Offer:
    found = Offer([], {})
    for action in parser._actions:
        choices = list(map(str, action.choices or ()))
        flags = [flag for flag in action.option_strings if flag.startswith("--")]
        found.words.extend(flags or choices)
        if action.nargs is None:
            found.values.update(dict.fromkeys(flags, choices))
    return found


def _bash(offers: Offers) -> str:
    cases = []
    for name, offer in offers.items():
        cases += [(f'*" {name} {flag}"', choices) for flag, choices in offer.values.items()]
        cases.append((f'*" {name} "*', offer.words))
    return _BASH.format(
        commands=" ".join(offers),
        cases="\n".join(f'        {case}) choices="{" ".join(words)}" ;;' for case, words in cases),
    )


def _zsh(offers: Offers) -> str:
    return f"autoload -U +X bashcompinit && bashcompinit\n{_bash(offers)}"


def _fish(offers: Offers) -> str:
    lines = ["complete -c studio -f"]
    for name, offer in offers.items():
        summary = COMMANDS[name].summary.replace("'", "\\'")
        lines.append(f"complete -c studio -n __fish_use_subcommand -a {name} -d '{summary}'")
        seen = f"complete -c studio -n '__fish_seen_subcommand_from {name}'"
        for word in offer.words:
            if choices := offer.values.get(word):
                lines.append(f"{seen} -l {word[2:]} -xa '{' '.join(choices)}'")
            elif word in offer.values:
                lines.append(f"{seen} -l {word[2:]} -rF")
            else:
                lines.append(f"{seen} -l {word[2:]}" if word[0] == "-" else f"{seen} -a {word}")
    return "\n".join(lines)


_WRITERS: Mapping[str, Callable[[Offers], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
