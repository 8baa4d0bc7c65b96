"""What the demo's child process is started with."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from settings import Settings, UserError
from studio.lifecycle import demo, emulated
from studio.processes import children


def demonstrate(folder: Path, *, settings: Settings | None = None) -> int:
    return demo.demonstrate(
        settings or Settings.model_validate({"domain": {"retention": "Delete"}}),
        config=folder / "own.toml",
        folder=folder / ".demo",
        speed=1.0,
        keep=False,
        containers=False,
        report=lambda _: None,
    )


def test_the_child_alone_talks_to_the_emulator_with_the_same_inputs_as_the_synthesis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, str]] = []

    @contextmanager
    def no_aws(**_: object) -> Iterator[Callable[[], emulated.Aws]]:
        environment = {"AWS_ENDPOINT_URL": "emulated"}
        yield lambda: emulated.Aws(url="http://127.0.0.1:1", environment=environment)

    def run(_: object, *, env: dict[str, str], **__: object) -> int:
        given.append(env)
        return 3

    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.delenv("STUDIO_VERSIONS", raising=False)
    monkeypatch.setattr(emulated, "starting", no_aws)
    monkeypatch.setattr(demo, "synthesize", lambda _, *, inputs, **__: given.append(inputs))
    monkeypatch.setattr(demo, "_initialized", lambda _, out: out)
    monkeypatch.setattr(children, "run", run)
    before = dict(os.environ)
    assert demonstrate(tmp_path) == 3
    inputs, env = given
    assert inputs["STUDIO_CONFIG"] == str(tmp_path / "own.toml")
    assert inputs["STUDIO_VERSIONS"] == str(tmp_path / ".demo" / "versions.toml")
    assert env.items() >= inputs.items()
    assert env["AWS_ENDPOINT_URL"] == "emulated"
    assert "AWS_PROFILE" not in env
    assert dict(os.environ) == before


def test_homes_that_are_kept_are_an_error_in_one_line(tmp_path: Path) -> None:
    kept = Settings.model_validate({"domain": {"retention": "Retain"}})
    with pytest.raises(UserError, match=r'own\.toml: domain\.retention = "Retain": the demo ends'):
        demonstrate(tmp_path, settings=kept)
    assert not (tmp_path / ".demo").exists()


def test_two_demos_at_once_do_not_share_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".demo"

    @contextmanager
    def another(**_: object) -> Iterator[Callable[[], emulated.Aws]]:
        (folder / "terraform.network.tfstate").write_text("of the first one")
        with pytest.raises(UserError, match=r"\.demo: another demo runs in it; wait until"):
            demonstrate(tmp_path)
        assert (folder / "terraform.network.tfstate").read_text() == "of the first one"
        yield lambda: emulated.Aws(url="http://127.0.0.1:1", environment={})

    monkeypatch.setattr(emulated, "starting", another)
    monkeypatch.setattr(demo, "synthesize", lambda *_, **__: None)
    monkeypatch.setattr(demo, "_initialized", lambda _, out: out)
    monkeypatch.setattr(children, "run", lambda *_, **__: 0)
    assert demonstrate(tmp_path) == 0
    # What an earlier one left is deleted.
    assert demonstrate(tmp_path) == 0
