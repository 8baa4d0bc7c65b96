"""The progress of a container engine, and its end."""

import os

import pytest

from studio.errors import StepFailed
from studio.images import engine_run

OUTPUT = """
echo 'Copying blob sha256:1234'; echo noise; sleep 0.3; echo '0123456789ab: Pushed'
echo '0123456789ab: Waiting'; echo '0123456789ac: Layer already exists'
echo 'Writing manifest to image destination'
"""


def test_a_push_reports_its_steps_and_the_time_without_output(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_run, "_SILENCE_SECONDS", 0.1)
    lines: list[str] = []
    engine_run.run_engine(
        ["sh", "-c", OUTPUT], what="push of x", report=lines.append, environment=os.environ
    )
    assert [line.strip() for line in lines if "push of x" not in line] == [
        "Copying blob sha256:1234",
        "0123456789ab: Pushed",
        "0123456789ac: Layer already exists",
        "Writing manifest to image destination",
    ]
    assert lines[1].strip() == "push of x: 0 s"


@pytest.mark.parametrize(
    ("script", "shown", "reason"),
    [
        ("echo one; echo; echo two >&2; exit 3", ["one", "two"], "exit 3): two"),
        ("exit 4", [], "exit 4): no output"),
    ],
)
def test_a_failed_command_reports_its_last_lines(
    script: str, shown: list[str], reason: str
) -> None:
    lines: list[str] = []
    with pytest.raises(StepFailed) as failed:
        engine_run.run_engine(
            ["sh", "-c", script], what="build of x", report=lines.append, environment=os.environ
        )
    assert [line.strip() for line in lines] == shown
    assert str(failed.value) == f"build of x failed ({reason}"
