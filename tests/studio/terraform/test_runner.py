"""Failed and interrupted runs of Terraform."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from settings import UserError
from studio.console import output
from studio.errors import StepFailed
from studio.processes import children, interrupts
from studio.terraform.runner import Terraform
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Locked
from studio.toolchain import toolbox
from tests.commands import write_program
from tests.studio.states import error
from tests.studio.terraform.provider import RUNNING, install

EVENTS = "\n".join(error(summary, detail="{policy}") for summary in ("first", "second"))
TEXT = "╷\n│ Error: Invalid index\n│ \n│   on cdk.tf.json line 5: {policy}\n╵\n"
LOCKED = "╷\n│ Error: Error acquiring the state lock\n│ \n│ Lock Info:\n│   ID:        1-2\n╵\n"


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Terraform]:
    """A Terraform with this output and exit code 1; it notes its provider in ``used``."""

    def make(*, stdout: str = "", stderr: str = "") -> Terraform:
        (tmp_path / "stdout").write_text(stdout)
        (tmp_path / "stderr").write_text(stderr)
        program = write_program(
            tmp_path / "terraform",
            f'#!/bin/sh\necho "provider=$TF_REATTACH_PROVIDERS" >> {tmp_path}/used\n'
            f"cat {tmp_path}/stdout\ncat {tmp_path}/stderr >&2\nexit 1\n",
        )
        chosen = toolbox.Toolbox(terraform=str(program), cli_config=None)
        monkeypatch.setattr(toolbox.Toolbox, "load", lambda: chosen)
        (tmp_path / "network").mkdir()
        return Terraform(log=tmp_path / "studio.log", store=Folder(tmp_path), report=lambda _: None)

    return make


def test_the_message_has_the_first_error_and_the_log_has_all(
    failing: Callable[..., Terraform], tmp_path: Path
) -> None:
    terraform = failing(stdout=EVENTS)
    words = r"^`terraform plan` of network failed: first: {policy} \(and 1 more errors\); all of "
    with pytest.raises(StepFailed, match=words):
        terraform.run(tmp_path / "network", ["plan"])
    with pytest.raises(StepFailed, match=words.replace("plan", "apply")):
        terraform.stream(tmp_path / "network", ["apply"])
    assert (tmp_path / "studio.log").read_text().count("Error: second\n{policy}") == 2


def test_without_a_log_the_message_names_the_flag_that_prints_the_output(
    failing: Callable[..., Terraform], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terraform = replace(failing(stdout=EVENTS), log=None)
    names = pytest.raises(StepFailed, match=r"; --verbose prints all of its output$")
    with output.speaking(output.Output(verbose=True)), names:
        terraform.run(tmp_path / "network", ["plan"])
    assert "Error: second" in capsys.readouterr().err


def test_a_command_without_events_fails_in_one_short_line(
    failing: Callable[..., Terraform], tmp_path: Path
) -> None:
    terraform = failing(stderr=TEXT.format(policy="x" * 3000))
    with pytest.raises(StepFailed) as failed:
        terraform.run(tmp_path / "network", ["import"])
    assert str(failed.value).startswith(
        "`terraform import` of network failed: Error: Invalid index"
    )
    assert len(str(failed.value)) < 500
    assert "x" * 3000 in (tmp_path / "studio.log").read_text()


@pytest.mark.parametrize(
    "printed",
    [
        {"stderr": LOCKED},
        {"stdout": f"{error('Error acquiring the state lock', detail='Lock Info:')}\n{EVENTS}"},
    ],
    ids=["text", "events"],
)
def test_a_held_lock_is_reported(
    failing: Callable[..., Terraform], tmp_path: Path, printed: dict[str, str]
) -> None:
    with pytest.raises(Locked, match=r"^network: locked by "):
        failing(**printed).run(tmp_path / "network", ["plan"])


def test_a_log_that_cannot_be_written_is_one_line(
    failing: Callable[..., Terraform], tmp_path: Path
) -> None:
    terraform = failing(stderr=TEXT)
    (tmp_path / "studio.log").mkdir()
    with pytest.raises(UserError, match=r"studio\.log: cannot be written: Is a directory$"):
        terraform.run(tmp_path / "network", ["plan"])


@pytest.mark.parametrize(
    ("printed", "attempts"),
    [
        (error(address='provider["registry.terraform.io/hashicorp/aws"]'), 2),
        (error("Failed to load plugin schemas"), 2),
        (error("Plugin did not respond", address="aws_vpc.a"), 2),
        ("", 2),
        (error("reading ECR images", address="data.aws_ecr_image.a"), 1),
    ],
)
def test_a_plan_runs_again_if_the_shared_provider_may_have_failed(
    printed: str, attempts: int, failing: Callable[..., Terraform], tmp_path: Path
) -> None:
    terraform = failing(stdout=printed, stderr="failed")
    used = tmp_path / "used"
    install(tmp_path / "network", RUNNING)
    with terraform.sharing_provider(tmp_path / "network"), pytest.raises(StepFailed):
        terraform.run(tmp_path / "network", ["plan"])
    shared, *alone = used.read_text().splitlines()
    assert "registry.terraform.io/hashicorp/aws" in json.loads(shared.removeprefix("provider="))
    assert alone == ["provider="] * (attempts - 1)
    with pytest.raises(StepFailed):
        terraform.run(tmp_path / "network", ["plan"])
    assert used.read_text().splitlines()[attempts] == "provider="


def test_the_time_limit_of_a_command_is_longer_for_a_large_stack(
    failing: Callable[..., Terraform], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never_ends(*_: object, seconds: float, **__: object) -> None:
        raise subprocess.TimeoutExpired("terraform", seconds)

    def streams_forever(*_: object, seconds: float, **__: object) -> None:
        raise TimeoutError(f"terraform did not end within {seconds:.0f} seconds")

    terraform, folder = failing(), tmp_path / "network"
    monkeypatch.setattr(children, "captured", never_ends)
    monkeypatch.setattr(children, "stream", streams_forever)
    for size, plan, apply in ((2_000, 302, 5_402), (20_000_000, 20_300, 25_400)):
        (folder / "cdk.tf.json").write_bytes(b" " * size)
        with pytest.raises(StepFailed, match=f"did not end within {plan} seconds"):
            terraform.run(folder, ["plan"])
        with pytest.raises(StepFailed, match=f"did not end within {apply} seconds"):
            terraform.stream(folder, ["apply"])


def test_no_terraform_starts_after_an_interrupt(
    failing: Callable[..., Terraform], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terraform = failing()
    monkeypatch.setattr(children, "Child", lambda *_, **__: pytest.fail("started"))
    with interrupts.group() as group:
        group.interrupt()
        for start in (terraform.run, terraform.stream):
            with pytest.raises(KeyboardInterrupt):
                start(tmp_path / "network", ["apply"])
