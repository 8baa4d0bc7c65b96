"""The end of session-manager-plugin."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from studio.aws.sessions import NotYet
from studio.connect import plugin


def test_a_plugin_that_ignores_signals_is_killed(tmp_path: Path) -> None:
    """SIGTERM, as VS Code sends it, while the plugin and its pipes stay."""
    stubborn = "trap '' INT TERM; echo SSH-2.0; exec sleep 60"
    program = (
        "from studio.connect import plugin; from studio.processes import ending; "
        "ending._END_SECONDS = plugin._GRACE = 0.1; "
        f"plugin.run_plugin(['sh', '-c', {stubborn!r}], 'x')"
    )
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"SSH-2.0\n"
    (plugin,) = psutil.Process(process.pid).children()
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert not plugin.is_running()


def test_a_message_of_more_than_one_read_is_reported_whole(
    capfd: pytest.CaptureFixture[str],
) -> None:
    reads = ["Starting session\nSS", "H-2.0\nbytes", "\n\nSessionId: x : ", "ended ", "by AWS\n"]
    says = "; sleep 0.1; ".join(f"printf {read!r}" for read in reads)
    assert plugin.run_plugin(["sh", "-c", says], "x") == "SessionId: x : ended by AWS"
    assert capfd.readouterr().out == "SSH-2.0\nbytes"


def test_a_plugin_without_an_answer_ends_after_a_minute(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The real one waits where AWS closes the channel at once, as for an invalid token."""
    waits = "echo Starting session with SessionId: x; exec sleep 60"
    timer, started = threading.Timer, time.monotonic()
    # A minute takes a tenth of a second.
    monkeypatch.setattr(threading, "Timer", lambda seconds, end: timer(seconds / 600, end))
    says = "^sh has had no answer from the app for 60 s: connect with --plugin studio, which says "
    with pytest.raises(NotYet, match=says):
        plugin.run_plugin(["sh", "-c", waits], "x")
    assert time.monotonic() - started < 30
    assert capfd.readouterr().out == ""
