"""What the command line says of itself, and of words that it does not know."""

import json
import os
import pty
import select
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
from studio.processes import children


def words_after(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """What it prints before it exits."""
    with pytest.raises(SystemExit):
        cli.main(argv)
    printed = capsys.readouterr()
    return printed.out + printed.err


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_exit_codes_and_a_page(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = words_after(capsys, name, "--help")
    about = COMMANDS[name]
    assert about.description.split()[0] in printed
    for code, meaning in about.codes:
        assert f"{code:<3}  {meaning}" in printed
    assert f"more: {DOCS}{about.page}" in printed
    assert (PROJECT / DOCS / about.page).is_file()
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, words_after(capsys, name, "--help").splitlines())) <= 80


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


def shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on PATH")
    return found


def completion_script(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    cli.main(["completion", name])
    script = folder / f"completion.{name}"
    script.write_text(capsys.readouterr().out)
    return script


OFFERED = [
    (["st"], {"status", "stop", "state"}),
    (["up", "--y"], {"--yes"}),
    (["image", "pr"], {"prune"}),
]


@pytest.mark.parametrize(("words", "offered"), OFFERED)
def test_bash_completes_commands_actions_and_flags(
    words: list[str], offered: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = completion_script("bash", tmp_path, capsys)
    line = " ".join(f"'{word}'" for word in ["studio", *words])
    asked = (
        f"source {script}; COMP_WORDS=({line}); COMP_CWORD={len(words)}; _studio; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run([shell("bash"), "-c", asked], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered


@pytest.mark.parametrize(("words", "offered"), OFFERED)
def test_fish_completes_commands_actions_and_flags(
    words: list[str], offered: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fish = shell("fish")
    script = completion_script("fish", tmp_path, capsys)
    asked = f"source {script}; complete -C 'studio {' '.join(words)}'"
    done = subprocess.run(
        [fish, "--no-config", "-c", asked],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} == offered


def test_zsh_completes_what_is_typed_before_a_tab(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zsh = shell("zsh")
    script = completion_script("zsh", tmp_path, capsys)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "HOME": str(tmp_path), "TERM": "dumb"}
    with children.Child(
        [zsh, "-f", "-i"], env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ):
        typed = [
            "autoload -U compinit && compinit -u -D",
            f"source {script}",
            'studio() { print -r -- "<$*>" }',
            "studio statu\t",
            "studio up --y\t",
            "studio image pru\t",
        ]
        os.write(ours, "".join(f"{line}\n" for line in typed).encode())
        shown = b""
        while b"<image prune>" not in shown:
            ready, _, _ = select.select([ours], [], [], 60)
            assert ready, shown
            shown += os.read(ours, 4096)
    os.close(ours)
    os.close(theirs)
    assert b"<status>" in shown
    assert b"<up --yes>" in shown


def test_a_folder_that_leads_to_itself_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    wanted = str(tmp_path / "loop" / "cdktf.out")
    assert f"{wanted!r}: a folder is expected" in words_after(capsys, "up", "--out", wanted)
