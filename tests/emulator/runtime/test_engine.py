"""The container engine: which one is used, and what is removed."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from studio_emulator.runtime import engine
from studio_emulator.runtime.engine import Engine, EngineError

DEAD = f"{engine.PREFIX}-999999999-ab12"
ALIVE = f"{engine.PREFIX}-{os.getpid()}-ab12"
WORKS = "exit 0"
FAILS = "echo details >&2; echo Cannot connect >&2; exit 1"
# Its containers are files; with a file `refusing`, it fails after the removal.
STAND_IN = """cd "$(dirname "$0")"
case $1 in
    ps) ls containers ;;
    images) cat images ;;
    *) echo "$1 $3" >> removed
        [ ! -e "containers/$3" ] || rm "containers/$3"
        [ ! -e refusing ] ;;
esac"""


def program(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts only these programs on the PATH of root."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    def install(**programs: str) -> None:
        for name, script in programs.items():
            program(tmp_path, name, script)

    return install


@pytest.mark.parametrize(("docker", "found"), [(WORKS, "docker"), (FAILS, "podman")])
def test_first_engine_that_works(only: Callable[..., None], docker: str, found: str) -> None:
    only(docker=docker, podman=WORKS)
    assert engine.find().name == found


@pytest.mark.parametrize(
    ("programs", "message"),
    [
        ({"podman": FAILS}, "podman ps: Cannot connect"),
        ({}, "none of docker, podman is on PATH"),
    ],
)
def test_no_engine_works(only: Callable[..., None], programs: dict[str, str], message: str) -> None:
    only(**programs)
    with pytest.raises(EngineError, match=f"^{message}$"):
        engine.find()


def test_containers_require_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(EngineError, match="only root"):
        engine.find()


@pytest.fixture
def stand_in(tmp_path: Path) -> Engine:
    """An engine with a container and an image of two emulators, one of which has ended."""
    (tmp_path / "containers").mkdir()
    for run in (DEAD, ALIVE):
        (tmp_path / f"containers/{run}-1").touch()
    (tmp_path / "images").write_text(f"python:3\nlocalhost/{DEAD}:v1\nlocalhost/{ALIVE}:v1\n")
    return Engine(program(tmp_path, "engine", STAND_IN))


def test_sweep_removes_what_ended_emulators_left(
    tmp_path: Path, stand_in: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for run in (DEAD, ALIVE):
        (tmp_path / run).mkdir()
    stand_in.sweep()
    assert [run for run in (DEAD, ALIVE) if (tmp_path / run).exists()] == [ALIVE]
    removed = {*(tmp_path / "removed").read_text().splitlines()}
    assert removed == {f"rm {DEAD}-1", f"rmi localhost/{DEAD}:v1"}


def test_container_that_removes_itself(tmp_path: Path, stand_in: Engine) -> None:
    (tmp_path / "images").write_text("")
    (tmp_path / "refusing").touch()
    stand_in.remove(DEAD.removeprefix(f"{engine.PREFIX}-"))
    (tmp_path / "images").write_text(f"localhost/{DEAD}:v1\n")
    with pytest.raises(EngineError):
        stand_in.remove(DEAD.removeprefix(f"{engine.PREFIX}-"))


@pytest.mark.parametrize("failures", [1, 2])
def test_images_are_listed_again_if_one_is_removed_meanwhile(tmp_path: Path, failures: int) -> None:
    runs = tmp_path / "runs"
    script = f"""echo run >> {runs}
[ $(grep -c run {runs}) -gt {failures} ] || {{ echo 'Error: image not known' >&2; exit 125; }}
echo localhost/lab:latest"""
    podman = Engine(program(tmp_path, "podman", script))
    if failures == 1:
        assert podman.images() == ["localhost/lab:latest"]
    else:
        with pytest.raises(EngineError, match="podman images: Error: image not known"):
            podman.images()
