"""What `--help` says of each command."""

import pytest

from scripts import cli
from scripts.help import COMMANDS, DOCS
from scripts.parsers import studio_parser
from settings.paths import PROJECT


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_exit_codes_and_a_page(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = help_of(name, capsys)
    about = COMMANDS[name]
    assert about.description.split()[0] in printed
    for code, meaning in about.codes:
        assert f"{code:<3}  {meaning}" in printed
    assert f"more: {DOCS}{about.page}" in printed
    assert (PROJECT / DOCS / about.page).is_file()
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, help_of(name, capsys).splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_are_commands_that_the_parser_takes(name: str) -> None:
    for line, _ in COMMANDS[name].examples:
        words = line.removeprefix('eval "$(').partition(')"')[0].partition(" >")[0].split()
        assert words[:2] == ["studio", name]
        assert studio_parser()[0].parse_args(words[1:]).command == name


def help_of(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `studio NAME --help` prints."""
    with pytest.raises(SystemExit):
        cli.main([name, "--help"])
    return capsys.readouterr().out
