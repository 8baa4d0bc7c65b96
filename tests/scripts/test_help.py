"""What `--help` says of each command, and what a command says after two silent seconds."""

import time

import pytest

from scripts import cli
from scripts.help import COMMANDS, DOCS
from scripts.parsers import studio_parser
from settings import load
from settings.paths import PROJECT
from studio.aws.client import Aws
from studio.console import silence
from tests.scripts.conftest import ARGUMENTS, CommandLine

WAITS_FOR_NOTHING = {"invite", "list", "cost", "completion"}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_exit_codes_and_a_page(name: str, studio: CommandLine) -> None:
    printed, about = studio.run(name, "--help"), COMMANDS[name]
    assert printed.code == 0
    assert about.description.split()[0] in printed.out
    for code, meaning in about.codes:
        assert f"{code:<3}  {meaning}" in printed.out
    assert f"more: {DOCS}{about.page}" in printed.out
    assert (PROJECT / DOCS / about.page).is_file()
    studio.monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, studio.run(name, "--help").out.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_are_commands_that_the_parser_takes(name: str) -> None:
    for line, _ in COMMANDS[name].examples:
        words = line.removeprefix('eval "$(').partition(')"')[0].partition(" >")[0].split()
        assert words[:2] == ["studio", name]
        assert studio_parser()[0].parse_args(words[1:]).command == name


@pytest.fixture(params=[True, False], ids=["terminal", "pipe"])
def stream(studio: CommandLine, request: pytest.FixtureRequest) -> None:
    """On a terminal and in a pipe; the two seconds of test_silence.py have passed at once."""
    studio.replace("studio.console.terminal.is_terminal", request.param)
    studio.monkeypatch.setattr(silence, "LIMIT", 0.0)
    studio.monkeypatch.setattr(silence, "TICK", 0.01)


@pytest.mark.usefixtures("stream")
@pytest.mark.parametrize(
    ("name", "step"),
    [
        *((name, "run") for name in sorted(COMMANDS.keys() - WAITS_FOR_NOTHING)),
        ("connect", "settings"),
    ],
)
def test_a_command_that_waits_says_what_it_does(
    name: str, step: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed, settings = "", load()

    def wait(*_: object) -> object:
        nonlocal printed
        deadline = time.monotonic() + 60
        while COMMANDS[name].doing not in printed and time.monotonic() < deadline:
            time.sleep(0.01)
            printed += capsys.readouterr().err
        return settings if step == "settings" else 0

    monkeypatch.setattr(f"scripts.{name}.run", lambda *_: 0)
    monkeypatch.setattr(f"scripts.{name}.{step}", wait)
    assert cli.main([name, *ARGUMENTS.get(name, [])]) == 0
    assert COMMANDS[name].doing
    assert COMMANDS[name].doing in printed


@pytest.mark.usefixtures("stream")
@pytest.mark.parametrize("name", sorted(WAITS_FOR_NOTHING))
def test_the_others_ask_no_aws(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(Aws, "client")
    monkeypatch.delattr(Aws, "all")
    assert cli.main([name, *ARGUMENTS.get(name, [])]) == 0
    assert capsys.readouterr().out
