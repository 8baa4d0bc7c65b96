"""What the command line says of itself, and of words that it does not know."""

import json
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from scripts import cli
from scripts.help import COMMANDS, DOCS
from scripts.parsers import studio_parser
from settings import UserError
from settings.paths import PROJECT
from studio.console import output


def words_after(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """What it prints before it exits."""
    with pytest.raises(SystemExit):
        cli.main(argv)
    printed = capsys.readouterr()
    return printed.out + printed.err


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_exit_codes_and_a_page(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = words_after(capsys, name, "--help")
    about = COMMANDS[name]
    assert about.description.split()[0] in printed
    for code, meaning in about.codes:
        assert f"{code:<3}  {meaning}" in printed
    assert f"more: {DOCS}{about.page}" in printed
    assert (PROJECT / DOCS / about.page).is_file()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_are_commands_that_the_parser_takes(name: str) -> None:
    for line, _ in COMMANDS[name].examples:
        words = line.removeprefix('eval "$(').partition(')"')[0].partition(" >")[0].split()
        assert words[:2] == ["studio", name]
        assert studio_parser()[0].parse_args(words[1:]).command == name


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["statsu"], "'statsu': must be one of up, review, "),
        (["statsu"], "; did you mean 'status'?"),
        (["state", "ini"], "'ini': must be one of init, move, unlock, adopt; did you mean 'init'?"),
        (["image", "chck"], "did you mean 'check'?"),
        (["completion", "csh"], "'csh': must be one of bash, zsh, fish"),
    ],
)
def test_a_mistyped_word_is_answered_with_the_nearest_one(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in words_after(capsys, *argv)


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert words_after(capsys, "--version") == f"studio {version('private-sagemaker-studio')}\n"


@pytest.mark.parametrize("name", [name for name, about in COMMANDS.items() if about.has_json])
def test_output_flags_are_the_same_before_and_after_other_words(name: str) -> None:
    words = {
        "state": ["init"],
        "image": ["list"],
        "plan": ["--out", "plans"],
        "apply": ["plans"],
    }.get(name, [])
    if name in ("connect", "invite", "stop"):
        words = ["alice"]
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


def completed(capsys: pytest.CaptureFixture[str], tmp_path: Path, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    cli.main(["completion", "bash"])
    script = tmp_path / "completion.bash"
    script.write_text(capsys.readouterr().out)
    bash = shutil.which("bash")
    assert bash is not None
    line = " ".join(f"'{word}'" for word in words)
    asked = (
        f"source {script}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _studio; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run([bash, "-c", asked], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_bash_completes_commands_actions_and_flags(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert completed(capsys, tmp_path, "studio", "st") == ["status", "stop", "state"]
    assert completed(capsys, tmp_path, "studio", "up", "--y") == ["--yes"]
    assert completed(capsys, tmp_path, "studio", "image", "pr") == ["prune"]


def test_zsh_and_fish_have_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["completion", "zsh"])
    zsh = capsys.readouterr().out
    cli.main(["completion", "fish"])
    fish = capsys.readouterr().out
    assert zsh.startswith("autoload -U +X bashcompinit && bashcompinit\n")
    for name in COMMANDS:
        assert f"{name}) choices=" in zsh
        assert f"-n __fish_use_subcommand -a {name} -d" in fish
    assert "complete -c studio -n '__fish_seen_subcommand_from up' -l yes" in fish
