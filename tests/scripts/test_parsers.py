"""What the command line says of itself, and of words that it does not know."""

import os
import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from scripts.help import COMMANDS
from scripts.parsers import studio_parser
from settings.paths import PROJECT
from tests.commands import output_of
from tests.scripts.conftest import ARGUMENTS, CommandLine


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["statsu"], "'statsu': must be one of up, review, "),
        (["statsu"], "; did you mean 'status'?"),
        (["state", "ini"], "'ini': must be one of init, move, unlock, adopt; did you mean 'init'?"),
        (["image", "chck"], "did you mean 'check'?"),
        (["--config", "", "up"], "argument --config: '': a file is expected"),
        (["up", "--out", ""], "argument --out: '': a folder is expected"),
        (["up", "--config", "x"], "arguments: --config x; --config comes before the command"),
        (["image", "list", "--config=x"], "--config=x; --config comes before the command"),
        (["up", "--allow", ""], "argument --allow: '': an address is expected"),
        (["stop", "alice", "--deployment", ""], "argument --deployment: '': a name is expected"),
        (["stop", "alice", "--region", ""], "argument --region: '': a region is expected"),
        (["image", "check", "--reference", ""], "argument --reference: '': an image is expected"),
        (["plan", "--out", ""], "argument --out: '': a folder is expected"),
        (["apply", ""], "argument DIR: '': a folder is expected"),
        (["up", "--out", "a\0b"], "argument --out: 'a\\x00b': a folder is expected"),
        (["connect", "alice", "--way", "ssh"], "'ssh': must be one of native, ssh-helper"),
        (["completion", "csh"], "'csh': must be one of bash, zsh, fish"),
    ],
)
def test_a_wrong_word_is_answered_with_what_is_expected(
    argv: list[str], said: str, studio: CommandLine
) -> None:
    printed = studio.run(*argv)
    assert (printed.code, printed.out) == (2, "")
    assert said in printed.err


def test_the_version_is_that_of_the_distribution(studio: CommandLine) -> None:
    line = f"studio {version('private-sagemaker-studio')}\n"
    assert studio.run("--version") == (0, line, "")


@pytest.mark.parametrize("name", [name for name, about in COMMANDS.items() if about.has_json])
def test_output_flags_are_the_same_before_and_after_other_words(name: str) -> None:
    words = ARGUMENTS.get(name, [])
    for argv in ([name, "--json", *words], [name, *words, "--json"]):
        args = studio_parser()[0].parse_args(argv)
        assert (args.json, args.quiet, args.verbose) == (True, False, False)


def test_a_folder_that_leads_to_itself_is_refused(studio: CommandLine) -> None:
    (studio.folder / "loop").symlink_to("loop")
    wanted = str(studio.folder / "loop" / "cdktf.out")
    assert f"{wanted!r}: a folder is expected" in studio.run("up", "--out", wanted).err


def test_help_loads_no_subcommand_and_no_settings(tmp_path: Path) -> None:
    loaded = tmp_path / "loaded"
    code = (
        "import sys; from pathlib import Path; from scripts.start import studio\n"
        "try:\n    studio()\n"
        f"finally:\n    Path({str(loaded)!r}).write_text(' '.join(sys.modules))"
    )
    command = [sys.executable, "-c", code, "--help"]
    shown = output_of(command, env=os.environ, cwd=PROJECT, seconds=60)
    assert re.search(r"^ +connect +start a user's app", shown, flags=re.MULTILINE)
    modules = set(loaded.read_text().split())
    assert "scripts.cli" in modules
    assert not modules & {"settings", "pydantic", "boto3", "scripts.up", "scripts.connect"}
