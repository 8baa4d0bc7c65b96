"""The container engine: which one is used; the containers and images of a run are removed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from studio_emulator.runtime import engine
from studio_emulator.runtime.engine import PREFIX, Engine, EngineError
from tests.emulator.runtime.engines import ENDED, program

WORKS = "exit 0"
FAILS = "echo details >&2; echo Cannot connect >&2; exit 1"


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


def test_container_that_removes_itself(tmp_path: Path, stand_in: Engine) -> None:
    (tmp_path / "images").write_text("")
    (tmp_path / "refusing").touch()
    stand_in.remove(ENDED)
    (tmp_path / "images").write_text(f"localhost/{PREFIX}-{ENDED}:v1\n")
    with pytest.raises(EngineError):
        stand_in.remove(ENDED)


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
