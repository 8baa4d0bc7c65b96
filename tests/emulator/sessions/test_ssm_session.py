"""A shell through ssm-session of npm, another client of data channels."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from settings.paths import PROJECT
from tests.emulator.sessions.channels import eventually, session_threads

PACKAGE = PROJECT / "node_modules" / "ssm-session"
SCRIPT = Path(__file__).with_name("ssm_session.cjs")


@pytest.fixture
def node_js() -> str:
    program = shutil.which("node", path=str(PROJECT / ".venv" / "bin"))
    if program is None or not PACKAGE.is_dir():
        missing = "node, or ssm-session in node_modules: run `python3 -m scripts.setup`"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    assert program
    return program


@pytest.mark.slow
@pytest.mark.usefixtures("processes")
def test_shell_with_npms_ssm_session(ssm: Any, node: str, node_js: str) -> None:
    answer = ssm.start_session(Target=node)
    command = "stty size; echo $((6*7))here; exit\n"
    done = subprocess.run(
        [node_js, SCRIPT, answer["StreamUrl"], answer["TokenValue"], command],
        env={**os.environ, "NODE_PATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "31 101" in done.stdout
    assert "42here" in done.stdout
    assert done.stderr.split() == ["channel_closed", "1000"]
    assert eventually(lambda: not session_threads())
