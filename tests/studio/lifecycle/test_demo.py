"""The folder and the child process of the demo."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from settings import Settings, UserError
from studio.errors import StepFailed
from studio.lifecycle import demo, emulated
from studio.processes import children


def demonstrate(folder: Path, *, retention: str = "Delete") -> int:
    settings = Settings.model_validate({"domain": {"retention": retention}})
    return demo.demonstrate(
        settings.from_file(folder / "own.toml"),
        folder=folder / ".demo",
        speed=1.0,
        keep=False,
        containers=False,
        report=lambda _: None,
    )


@pytest.mark.usefixtures("no_emulator")
def test_only_the_child_process_calls_the_emulator_and_it_reads_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthesize, run = MagicMock(), MagicMock(return_value=3)
    monkeypatch.delenv("STUDIO_VERSIONS", raising=False)
    monkeypatch.setattr(demo, "synthesize", synthesize)
    monkeypatch.setattr(demo, "_initialized", lambda _, out: out)
    monkeypatch.setattr(children, "run", run)
    before = dict(os.environ)
    assert demonstrate(tmp_path) == 3
    (command,), env = run.call_args.args, run.call_args.kwargs["env"]
    record = {"STUDIO_VERSIONS": str(tmp_path / ".demo" / "versions.toml")}
    assert synthesize.call_args.kwargs == {"config": tmp_path / "own.toml", "inputs": record}
    assert command[-2:] == [tmp_path / ".demo", tmp_path / "own.toml"]
    assert env.items() >= record.items()
    assert env["AWS_ENDPOINT_URL"] == "emulated"
    assert "AWS_PROFILE" not in env
    assert dict(os.environ) == before


def test_a_retained_file_system_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r'own\.toml: domain\.retention = "Retain": the demo'):
        demonstrate(tmp_path, retention="Retain")
    assert not (tmp_path / ".demo").exists()


def test_a_second_demo_at_the_same_time_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".demo"

    @contextmanager
    def another(**_: object) -> Iterator[Callable[[], emulated.EmulatedAws]]:
        (folder / "terraform.network.tfstate").write_text("of the first one")
        with pytest.raises(UserError, match=r"\.demo: another demo runs in it; wait until"):
            demonstrate(tmp_path)
        assert (folder / "terraform.network.tfstate").read_text() == "of the first one"
        yield lambda: emulated.EmulatedAws(url="http://127.0.0.1:1", environment={})

    monkeypatch.setattr(emulated, "starting", another)
    monkeypatch.setattr(demo, "synthesize", lambda *_, **__: None)
    monkeypatch.setattr(demo, "_initialized", lambda _, out: out)
    monkeypatch.setattr(children, "run", lambda *_, **__: 0)
    assert demonstrate(tmp_path) == 0
    # What an earlier one left is deleted.
    assert demonstrate(tmp_path) == 0


def test_a_demo_without_containers_pushes_a_placeholder_if_the_image_cannot_be_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    push, deployment = MagicMock(side_effect=UserError("no base image")), MagicMock()
    monkeypatch.setattr(demo, "push_images", push)
    with pytest.raises(StepFailed, match=r"^no base image; `studio demo` without --cont"):
        demo._push(Settings(), deployment, real=True)
    push.side_effect = UserError("no base image"), None
    demo._push(Settings(), deployment, real=False)
    assert [call.kwargs.get("placeholder") for call in push.call_args_list] == [None, None, True]
    deployment.report.assert_called_once_with("No real image for this demo: no base image")


@pytest.mark.parametrize(
    ("changed", "left", "says"),
    [
        (["role", "users"], {}, "^the second plan is not empty: role, users$"),
        ([], {"VPC": 1, "KMS key": 2}, "^left behind: 1 VPC, 2 KMS key$"),
    ],
)
def test_a_demo_fails_if_the_second_plan_changes_something_or_something_is_left(
    monkeypatch: pytest.MonkeyPatch, changed: list[str], left: dict[str, int], says: str
) -> None:
    for name in ("up", "_connect", "Teardown", "leftovers"):
        monkeypatch.setattr(demo, name, MagicMock())
    deployment, aws = MagicMock(), MagicMock()
    deployment.changed.return_value = changed
    aws.counts.return_value = left
    with pytest.raises(StepFailed, match=says):
        demo.deploy_and_destroy(
            Settings(), deployment, aws, keep=False, containers=False, show=lambda _: None
        )
