"""The command lines: the order of stacks, bad input, missing tools."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import main as program
from scripts import cdktf, cli, connect, driver, help
from settings import Settings, SettingsError, UserError
from studio.terraform.deployment import Deployment
from studio.terraform.stacks import levels
from tests.program import studio
from tests.progress import without_progress


def manifest(out: Path, dependencies: dict[str, list[str]]) -> Path:
    stacks = {
        name: {"dependencies": needs, "workingDirectory": f"stacks/{name}"}
        for name, needs in dependencies.items()
    }
    out.mkdir(exist_ok=True)
    (out / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    return out


def test_a_connection_needs_the_feature_connect(tmp_path: Path) -> None:
    settings = Settings.model_validate({"features": [], "users": {"alice": {}}})
    parser = argparse.ArgumentParser()
    connect.arguments(parser)
    args = parser.parse_args(["alice", "--out", str(tmp_path / "cdktf.out")])
    with pytest.raises(UserError, match=r'^features = \[\]: connections need "connect"; add it'):
        connect.run(args, settings)


def test_a_stack_comes_behind_those_that_it_reads(tmp_path: Path) -> None:
    out = manifest(tmp_path, {"a": ["b", "c"], "b": ["c"], "c": [], "d": []})
    found = levels(out)
    assert [[stack.name for stack in level] for level in found] == [["c", "d"], ["b"], ["a"]]
    assert found[0][0].folder == tmp_path / "stacks" / "c"


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "deeper" / "cdktf.out"
    with pytest.raises(UserError, match=r"^.*/cdktf\.out: the folder cannot be created: "):
        Deployment(settings=Settings(), out=out).synthesize()


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"stacks": 3}', "{"])
def test_a_broken_manifest_is_one_line(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(UserError, match="run `cdktf synth`"):
        levels(tmp_path)


def test_a_circle_of_stacks_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="circular dependencies"):
        levels(manifest(tmp_path, {"a": ["b"], "b": ["a"]}))


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
def test_what_cdktf_is_asked_for(words: list[str], verb: str, out: str, stacks: list[str]) -> None:
    assert cdktf.named(words) == (verb, Path(out).resolve(), stacks)


NEEDED = {
    "apply": ["plans"],
    "connect": ["alice"],
    "invite": ["alice"],
    "plan": ["--out", "plans"],
    "state": ["init"],
    "stop": ["alice"],
}
"""Words without which argparse would speak first."""

# `list` shows what is wrong with any of the settings files; `completion` reads none.
COMMANDS = [
    [name, *NEEDED.get(name, [])] for name in help.COMMANDS if name not in ("list", "completion")
]
CDKTF_COMMANDS = [
    *([verb] for verb in ("synth", "diff", "deploy", "destroy")),
    ["--output", "elsewhere", "synth"],
]


@pytest.fixture
def bad_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "studio.toml"
    config.write_text("network.zones = 9\n")
    monkeypatch.setenv("STUDIO_CONFIG", str(config))


def refused(exit_code: int, printed: str) -> bool:
    (line,) = without_progress(printed).splitlines()
    return exit_code == 2 and "network.zones = 9: " in line


@pytest.mark.usefixtures("bad_settings")
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_refuses_bad_settings_in_one_line(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(cli.main(words), capsys.readouterr().err)


@pytest.mark.usefixtures("bad_settings")
@pytest.mark.parametrize("words", CDKTF_COMMANDS, ids=" ".join)
def test_cdktf_refuses_bad_settings_in_one_line(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["cdktf", *words])
    monkeypatch.setattr(os, "execve", lambda *_: pytest.fail("it becomes cdktf"))
    assert refused(driver.run("cdktf", cdktf.main), capsys.readouterr().err)


@pytest.mark.usefixtures("bad_settings")
@pytest.mark.parametrize("words", [["scripts.cli", "status"], ["scripts.cdktf", "synth"]])
def test_bad_settings_end_the_process_with_two(words: list[str]) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert refused(finished.returncode, finished.stderr)


HOSTILE = {
    "an escape": b'name = "a\\u001b[2Jb"\n',
    "a raw escape": b'name = "a\x1b[2Jb"\n',
    "a key that drives the terminal": b'"a\\u001b[2J\\n" = 1\n',
    "10 MB of a name": b'name = "' + b"a" * 10_000_000 + b'"\n',
    "a long key": b'"' + b"k" * 9_000 + b'" = 1\n',
    "zeros": b"\x00" * 100,
    "lists in lists": b"a = " + b"[" * 4_000,
    "tables in tables": b"a" + b".a" * 4_000 + b" = 1\n",
    "a huge number": b"network.zones = " + b"9" * 4_000 + b"\n",
    "a huger number": b"network.zones = 0x" + b"f" * 9_000 + b"\n",
    "latin": b'name = "\xff"\n',
    "two bytes a letter": 'name = "lab"\n'.encode("utf-16"),
    "a mark of the byte order": b"\xef\xbb\xbfnetwork.zones = 9\n",
    "a folder": None,
    "a pipe": None,
    "a circle": None,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_settings_are_one_short_line_from_both_entries(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = tmp_path / "studio.toml"
    match HOSTILE[name]:
        case bytes(content):
            config.write_bytes(content)
        case _ if name == "a folder":
            config.mkdir()
        case _ if name == "a pipe":
            os.mkfifo(config)
        case _:
            config.symlink_to(config)
    monkeypatch.setenv("STUDIO_CONFIG", str(config))
    with pytest.raises(SettingsError) as refused:
        program.main()
    assert refused.value.exit_code == cli.main(["status"]) == 2
    assert capsys.readouterr() == ("", f"studio status: {refused.value}\n")
    line = str(refused.value).removeprefix(f"{config}: ")
    assert line.isprintable()
    assert len(line) < 300


def test_config_names_the_settings_file_and_changes_no_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, other = tmp_path / "own.toml", tmp_path / "other.toml"
    own.write_text('name = "own"\n[users.alice]\n')
    other.write_text('name = "other"\n[users.alice]\n')
    given: list[tuple[Path, Path]] = []

    def run(args: argparse.Namespace, settings: Settings) -> int:
        given.append((settings.file, args.out))
        return 0

    monkeypatch.setattr("scripts.status.run", run)
    monkeypatch.setenv("STUDIO_CONFIG", str(other))
    before = dict(os.environ)
    assert cli.main(["--config", str(own), "status"]) == 0
    assert cli.main(["status"]) == 0
    assert given == [
        (own, tmp_path / "own.studio" / "cdktf.out"),
        (other, tmp_path / "other.studio" / "cdktf.out"),
    ]
    assert dict(os.environ) == before


def test_without_credentials_up_says_so_in_one_line(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    out = str(tmp_path / "cdktf.out")
    code, said = studio("up", "--out", out, environment={**clean, **nowhere})
    assert code == 2
    assert said.splitlines()[-1].startswith("studio up: AWS: Unable to locate credentials: set")
    assert not (tmp_path / "cdktf.out").exists()
