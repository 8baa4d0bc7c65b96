"""Commands that only read write nothing: not beside the state, in the checkout, or at home."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from studio.toolchain import toolbox
from tests.e2e.deployments import Studio

READ_ONLY = {
    "review": ["review"],
    "status": ["status"],
    "doctor": ["doctor"],
    "image list": ["image", "list"],
    "down --dry-run": ["down", "--dry-run"],
    "pause --dry-run": ["pause", "--dry-run"],
    "sweep --dry-run": ["sweep", "--dry-run"],
    "connect --dry-run": ["connect", "alice", "--dry-run"],
}
WITHOUT_OUT = ("image list", "sweep --dry-run")
CODES = (0, 1, 2)
"""What is missing on this machine, as VS Code, makes some of them fail."""


def hashes(*folders: Path) -> dict[Path, str]:
    """Of each file; "" for a folder."""
    paths = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in paths
    }


def checkout() -> str:
    """What git sees of the project: changed, new and ignored files, less what tests write."""
    command = ["git", "status", "--porcelain", "--ignored", "--untracked-files=all"]
    found = subprocess.run(
        command, cwd=toolbox.PROJECT, check=True, capture_output=True, text=True
    ).stdout
    return "\n".join(line for line in found.splitlines() if "cache" not in line)


def test_read_only_commands_write_nothing(
    studio: Callable[..., Studio], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = studio()
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    it.configure(users=["alice"], image=False)
    it.up()
    assert_nothing_written(it, home, ["down --dry-run"])
    # As in another clone, after a run that was killed.
    shutil.rmtree(it.out)
    for stack in ("network", "users"):
        (it.folder / f"terraform.{stack}.unfinished").touch()
    assert_nothing_written(it, home, READ_ONLY)


def assert_nothing_written(it: Studio, home: Path, commands: Iterable[str]) -> None:
    before = hashes(it.folder, home), checkout(), it.aws.inventory()
    for name in commands:
        out = [] if name in WITHOUT_OUT else ["--out", str(it.out)]
        process = it.start("studio", *READ_ONLY[name], *out)
        printed, _ = process.communicate(timeout=400)
        assert process.returncode in CODES, printed
        assert "Traceback" not in printed
        assert (hashes(it.folder, home), checkout(), it.aws.inventory()) == before, name
