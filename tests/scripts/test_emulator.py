"""``studio emulator``: a port or a speed that cannot be."""

import socket
import subprocess
import sys

import pytest

from settings.paths import PROJECT


def refused(*arguments: str) -> str:
    """What the command says before it ends with exit code 2."""
    finished = subprocess.run(
        [sys.executable, "-m", "scripts.cli", "emulator", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (finished.returncode, finished.stdout) == (2, "")
    return finished.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "99999"], "port 99999: 0 to 65535"),
        (["--speed", "-1"], "speed = -1.0: a number above 0"),
    ],
)
def test_what_cannot_be_is_one_line(arguments: list[str], words: str) -> None:
    assert refused(*arguments) == f"studio emulator: {words}\n"


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused("--port", str(port))
    assert said == f"studio emulator: port {port}: Address already in use\n"
