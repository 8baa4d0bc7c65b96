"""What the command line says of itself, and of words that it does not know."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from scripts import cli
from scripts.help import COMMANDS
from scripts.parsers import studio_parser
from settings import UserError
from studio.console import output
from tests.scripts.conftest import ARGUMENTS


def words_after(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """What it prints before it exits."""
    with pytest.raises(SystemExit):
        cli.main(argv)
    printed = capsys.readouterr()
    return printed.out + printed.err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["statsu"], "'statsu': must be one of up, review, "),
        (["statsu"], "; did you mean 'status'?"),
        (["state", "ini"], "'ini': must be one of init, move, unlock, adopt; did you mean 'init'?"),
        (["image", "chck"], "did you mean 'check'?"),
        (["--config", "", "up"], "argument --config: '': a file is expected"),
        (["up", "--out", ""], "argument --out: '': a folder is expected"),
        (["up", "--out", "a\0b"], "argument --out: 'a\\x00b': a folder is expected"),
        (["completion", "csh"], "'csh': must be one of bash, zsh, fish"),
    ],
)
def test_a_wrong_word_is_answered_with_what_is_expected(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in words_after(capsys, *argv)


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert words_after(capsys, "--version") == f"studio {version('private-sagemaker-studio')}\n"


@pytest.mark.parametrize("name", [name for name, about in COMMANDS.items() if about.has_json])
def test_output_flags_are_the_same_before_and_after_other_words(name: str) -> None:
    words = ARGUMENTS.get(name, [])
    for argv in ([name, "--json", *words], [name, *words, "--json"]):
        args = studio_parser()[0].parse_args(argv)
        assert (args.json, args.quiet, args.verbose) == (True, False, False)


def test_a_command_that_fails_prints_a_document_with_its_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> int:
        print("studio-lab-alice")
        output.say("asked")
        raise UserError("no")

    for name in ("stop", "connect"):
        monkeypatch.setattr(f"scripts.{name}.run", refuse)
        assert cli.main([name, "alice", "--json"]) == 2
        printed = capsys.readouterr()
        assert json.loads(printed.out) == {
            "command": name,
            "exit_code": 2,
            "output": ["studio-lab-alice"],
            "reported": ["asked"],
            "error": "no",
        }
        assert printed.err == f"asked\nstudio {name}: no\n"


def test_a_command_without_a_document_of_its_own_prints_what_it_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def list_leftovers(*_: object) -> int:
        output.say("   1  logs: of a domain that is gone")
        return 0

    monkeypatch.setattr("scripts.sweep.run", list_leftovers)
    assert cli.main(["sweep", "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "command": "sweep",
        "exit_code": 0,
        "output": [],
        "reported": ["   1  logs: of a domain that is gone"],
    }


@pytest.mark.parametrize(
    "argv", [["cost"], ["image", "list"], ["status"], ["plan", "--out", "plans"], ["up"]]
)
def test_an_error_is_a_document_too(
    argv: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "studio.toml").write_text("name = 3\n")
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    code = cli.main([*argv, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (code, found["exit_code"], found["command"]) == (2, 2, argv[0])
    assert "studio.toml: name = 3: " in found["error"]


def test_a_folder_that_leads_to_itself_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    wanted = str(tmp_path / "loop" / "cdktf.out")
    assert f"{wanted!r}: a folder is expected" in words_after(capsys, "up", "--out", wanted)
