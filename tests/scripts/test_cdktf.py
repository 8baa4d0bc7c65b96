"""What ``cdktf`` says before it becomes HashiCorp's command line."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from scripts import cdktf
from settings import SettingsError, UserError
from studio.toolchain import toolbox
from studio_emulator.server import Emulator
from tests.scripts.conftest import CommandLine

Run = Callable[..., tuple[str, ...]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run cdktf with these words; returns the program that it becomes, and its words."""
    become = MagicMock(side_effect=SystemExit)
    monkeypatch.setattr(os, "execve", become)

    def main(*words: str) -> tuple[str, ...]:
        monkeypatch.setattr(sys, "argv", ["cdktf", *words])
        with pytest.raises(SystemExit):
            cdktf.main()
        program, given, _ = become.call_args.args
        return program if isinstance(program, str) else program.name, *given[1:]

    return main


def test_in_an_installed_package_it_is_the_next_one_on_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr(toolbox, "IN_CLONE", False)
    own, other = (tmp_path / name / "cdktf" for name in ("venv", "npm"))
    for program in (own, other):
        program.parent.mkdir()
        program.touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(own.with_name("python")))
    monkeypatch.setenv("PATH", str(own.parent))
    with pytest.raises(UserError, match="no other cdktf on PATH, see npm's"):
        run()
    monkeypatch.setenv("PATH", os.pathsep.join([str(own.parent), str(other.parent)]))
    assert run("deploy", "training-network") == (str(other), "deploy", "training-network")


@pytest.mark.parametrize(("retention", "warned"), [("Retain", True), ("Delete", False)])
def test_destroy_says_where_it_cannot_succeed(
    aws: Emulator, studio: CommandLine, run: Run, retention: str, warned: bool
) -> None:
    for name, value in aws.environment().items():
        studio.monkeypatch.setenv(name, value)
    text = f'[domain]\nretention = "{retention}"\n[users.alice]\n'
    (studio.folder / "studio.toml").write_text(text)
    words = ("destroy", "*", "--output", str(studio.folder / "cdktf.out"))
    assert run(*words) == ("cdktf", *words, "--skip-provider-lock")
    said = studio.capsys.readouterr().err
    assert ("AWS refuses to delete it: run `studio down` instead" in said) == warned


def test_a_folder_for_the_stacks_that_cannot_be_made_is_one_line(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="the folder cannot be created: Not a directory"):
        run("list", "-o", str(tmp_path / "file" / "cdktf.out"))
    run("list", "-o", str(tmp_path / "new" / "cdktf.out"))
    # jsii makes the last folder of a path only.
    assert (tmp_path / "new" / "cdktf.out").is_dir()


def test_an_output_folder_is_named_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lab.toml").write_text("[users.alice]\n")
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "lab.toml"))
    own = str(tmp_path / "lab.studio" / "cdktf.out")
    assert cdktf.in_its_folder(["list"]) == ["list", "--output", own]
    for given in (["--output", "cdktf.out"], ["-o", "cdktf.out"], ["--output=cdktf.out"]):
        assert cdktf.in_its_folder(["list", *given]) == ["list", *given]


@pytest.mark.parametrize(
    "words",
    [["synth"], ["diff"], ["deploy"], ["destroy"], ["--output", "elsewhere", "synth"]],
    ids=" ".join,
)
def test_wrong_settings_are_refused_before_cdktf_starts(
    words: list[str], studio: CommandLine, run: Run
) -> None:
    (studio.folder / "studio.toml").write_text("network.zones = 9\n")
    studio.monkeypatch.chdir(studio.folder)
    with pytest.raises(SettingsError, match=r"network\.zones = 9: "):
        run(*words)


@pytest.mark.parametrize(
    ("words", "passed_on"),
    [
        (["deploy", "*"], ["deploy", "*", "--skip-provider-lock"]),
        (["diff", "a", "--skip-provider-lock"], ["diff", "a", "--skip-provider-lock"]),
        (["--output", "/x", "diff", "a"], ["--output", "/x", "diff", "a", "--skip-provider-lock"]),
        (["synth"], ["synth"]),
        ([], []),
    ],
)
def test_cdktf_makes_no_lock_file(words: list[str], passed_on: list[str]) -> None:
    assert cdktf.without_lock(words) == passed_on


@pytest.mark.parametrize(
    ("words", "verb", "out", "stacks"),
    [
        (["deploy", "net*", "role", "--auto-approve"], "deploy", "cdktf.out", ["net*", "role"]),
        (["diff", "role", "--output", "/x/out"], "diff", "/x/out", ["role"]),
        (["destroy", "-o", "/x/out"], "destroy", "/x/out", ["*"]),
        (["--output", "/x/out", "synth"], "synth", "/x/out", ["*"]),
        (["--no-color", "--output=/x/out", "diff", "role"], "diff", "/x/out", ["role"]),
        (["-a", "python main.py", "deploy", "--parallelism", "1"], "deploy", "cdktf.out", ["*"]),
        (["--help", "--output"], "", "cdktf.out", ["*"]),
    ],
)
def test_what_a_command_line_names(
    words: list[str], verb: str, out: str, stacks: list[str]
) -> None:
    assert cdktf.named(words) == (verb, Path(out).resolve(), stacks)
