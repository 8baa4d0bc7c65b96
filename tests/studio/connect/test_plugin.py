"""The end of session-manager-plugin."""

import subprocess
import sys
from pathlib import Path

import psutil


def test_a_plugin_that_ignores_signals_is_killed(tmp_path: Path) -> None:
    """SIGTERM, as VS Code sends it, while the plugin and its pipes stay."""
    stubborn = "trap '' INT TERM; echo SSH-2.0; exec sleep 60"
    program = (
        "from studio.connect import plugin; from studio.processes import ending; "
        "ending._INSIST_SECONDS = plugin._GRACE = 0.1; "
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


def test_a_plugin_without_an_answer_is_one_line(tmp_path: Path) -> None:
    """The real one does where AWS closes the channel at once, as for a token that is not valid."""
    waits = "echo Starting session with SessionId: x; exec sleep 600"
    program = (
        "import sys\nfrom settings import UserError\nfrom studio.connect import plugin\n"
        "plugin._ANSWER_SECONDS = 0.1\n"
        f"try: plugin.run_plugin(['sh', '-c', {waits!r}], 'x')\n"
        "except UserError as error: sys.exit(str(error))"
    )
    with subprocess.Popen(
        [sys.executable, "-P", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as process:
        printed, said = process.communicate(timeout=60)
    assert (process.returncode, printed) == (1, "")
    assert said == (
        "sh has had no answer from the app for 0 s: connect with --plugin studio, which says why\n"
    )
