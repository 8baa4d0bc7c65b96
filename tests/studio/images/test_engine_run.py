"""The progress of a container engine, and its end."""

import os
from collections.abc import Callable

import pytest

from studio.images import engine_run

OUTPUT = """
echo 'Copying blob sha256:1234'; echo noise; sleep 0.3; echo '0123456789ab: Pushed'
echo '0123456789ab: Waiting'; echo '0123456789ac: Layer already exists'
echo 'Writing manifest to image destination'
"""


def run(script: str, report: Callable[[str], object]) -> None:
    engine_run.run_engine(
        ["sh", "-c", script], what="push of x", report=report, environment=os.environ
    )


def test_a_push_reports_its_steps_and_the_time_without_output(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_run, "_SILENCE_SECONDS", 0.1)
    lines: list[str] = []
    run(OUTPUT, lines.append)
    assert [line.strip() for line in lines if "push of x" not in line] == [
        "Copying blob sha256:1234",
        "0123456789ab: Pushed",
        "0123456789ac: Layer already exists",
        "Writing manifest to image destination",
    ]
    assert lines[1].strip() == "push of x: 0 s"
