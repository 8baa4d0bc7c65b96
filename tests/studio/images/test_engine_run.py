"""The progress of a container engine, and its end."""

import os

import pytest

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
