"""The command lines: which settings and folder they read, and their JSON documents."""

import json
import os
from pathlib import Path

import pytest

from scripts import help
from settings import UserError
from studio.console import output
from tests import program
from tests.progress import without_progress
from tests.scripts.conftest import ARGUMENTS, CommandLine

# `list` shows what is wrong with any of the settings files; `completion` reads none.
COMMANDS = [
    [name, *ARGUMENTS.get(name, [])] for name in help.COMMANDS if name not in ("list", "completion")
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_refuses_bad_settings_in_one_line(
    words: list[str], studio: CommandLine
) -> None:
    (studio.folder / "studio.toml").write_text("network.zones = 9\n")
    printed = studio.run(*words)
    (line,) = without_progress(printed.err).splitlines()
    assert printed.code == 2
    assert "network.zones = 9: " in line


def test_config_names_the_settings_file_and_changes_no_environment(studio: CommandLine) -> None:
    own = studio.folder / "own.toml"
    own.write_text('name = "own"\n[users.alice]\n')
    run = studio.replace("scripts.status.run", 0)
    before = dict(os.environ)
    for words, file, out in (
        (["--config", str(own)], own, studio.folder / "own.studio" / "cdktf.out"),
        ([], studio.folder / "studio.toml", studio.out),
    ):
        assert studio.run(*words, "status").code == 0
        args, settings = run.call_args.args
        assert (settings.file, args.out) == (file, out)
    assert dict(os.environ) == before


def test_commands_in_messages_name_the_deployment_of_a_user_without_settings(
    studio: CommandLine,
) -> None:
    def refuse(*_: object, **__: object) -> str:
        output.say("`studio connect alice --deployment old --region us-east-1 --remove`; `aws sts`")
        output.say("# Added by `studio connect`; `studio connect USER --remove` removes it.")
        raise UserError("see `studio doctor`; `studio stop alice` stops it; `studio up` creates it")

    studio.monkeypatch.setattr("scripts.stop.stop", refuse)
    named = "--deployment lab --region eu-west-1"
    assert studio.run("stop", "alice", *named.split()).err == (
        "`studio connect alice --deployment old --region us-east-1 --remove`; `aws sts`\n"
        "# Added by `studio connect`; `studio connect USER --remove` removes it.\n"
        f"studio stop: see `studio doctor {named}`; `studio stop alice {named}` stops it; "
        "`studio up` creates it\n"
    )


def test_without_credentials_up_says_so_in_one_line(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    out = str(tmp_path / "cdktf.out")
    code, said = program.studio("up", "--out", out, environment={**clean, **nowhere})
    assert code == 2
    assert said.splitlines()[-1].startswith("studio up: AWS: Unable to locate credentials: set")
    assert not (tmp_path / "cdktf.out").exists()


@pytest.mark.parametrize(
    ("name", "own"), [("stop", ["stopped"]), ("connect", []), ("cost", []), ("cost", ["{}"])]
)
def test_a_command_that_fails_prints_a_document_with_its_error(
    name: str, own: list[str], studio: CommandLine
) -> None:
    def refuse(*_: object) -> int:
        print(*own, end="")
        output.say("asked")
        raise UserError("no")

    studio.monkeypatch.setattr(f"scripts.{name}.run", refuse)
    printed = studio.run(name, *ARGUMENTS.get(name, []), "--json")
    assert json.loads(printed.out) == {
        "command": name,
        "exit_code": 2,
        "output": own,
        "reported": ["asked"],
        "error": "no",
    }
    assert (printed.code, printed.err) == (2, f"asked\nstudio {name}: no\n")


@pytest.mark.parametrize(
    ("words", "command", "error"),
    [
        (["up", "--out", ""], "up", "argument --out: '': a folder is expected"),
        (["image", "check", "--wait", "x"], "image", "argument --wait: invalid float value: 'x'"),
        (["plan"], "plan", "the following arguments are required: --out"),
        (["up", "extra"], "up", "unrecognized arguments: extra"),
        (["demo"], "demo", "unrecognized arguments: --json"),
    ],
)
def test_wrong_arguments_with_json_print_a_document_too(
    words: list[str], command: str, error: str, studio: CommandLine
) -> None:
    printed = studio.run(*words, "--json")
    assert json.loads(printed.out) == {
        "command": command,
        "exit_code": 2,
        "output": [],
        "reported": [],
        "error": error,
    }
    assert printed.code == 2
    assert printed.err.startswith("usage: studio ")
    assert printed.err.endswith(f": error: {error}\n")
