"""`studio completion`: what the shells complete with its scripts."""

import os
import pty
import select
import shutil
from pathlib import Path

import pytest

from scripts import cli
from studio.processes import children


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


@pytest.mark.parametrize("name", ["bash", "fish"])
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["st"], {"status", "stop", "state"}),
        (["up", "--y"], {"--yes"}),
        (["image", "pr"], {"prune"}),
        (["connect", "alice", "--plugin", ""], {"auto", "aws", "studio"}),
        (["up", "--yes", "--engine", "p"], {"podman"}),
        (["connect", "--plugin", "studio", "--dr"], {"--dry-run"}),
    ],
)
def test_bash_and_fish_complete_commands_actions_flags_and_values(
    name: str,
    words: list[str],
    offered: set[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = " ".join(f"'{word}'" for word in ["studio", *words])
    asked = {
        "bash": f"COMP_WORDS=({line}); COMP_CWORD={len(words)}; _studio; "
        'printf "%s\\n" "${COMPREPLY[@]}"',
        "fish": f"complete -C 'studio {' '.join(words)}'",
    }
    flags = {"bash": "--norc", "fish": "--no-config"}
    script = completion_script(name, tmp_path, capsys)
    command = [shell(name), flags[name], "-c", f"source {script}; {asked[name]}"]
    done = children.captured(command, env={**os.environ, "HOME": str(tmp_path)}, seconds=60)
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
            "studio connect --plugin au\t",
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
    assert b"<connect --plugin auto>" in shown
