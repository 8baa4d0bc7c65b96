"""``studio emulator``: a port or a speed that cannot be."""

import socket

import pytest

from studio_emulator.server import Emulator
from tests.scripts.conftest import CommandLine


@pytest.fixture(autouse=True)
def _no_other_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of this process may have one."""
    monkeypatch.setattr(Emulator, "_running", None)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--port", "99999"], "port 99999: 0 to 65535"),
        (["--speed", "-1"], "speed = -1.0: a number above 0"),
    ],
)
def test_what_cannot_be_is_one_line(studio: CommandLine, words: list[str], line: str) -> None:
    assert studio.run("emulator", *words) == (2, "", f"studio emulator: {line}\n")


def test_a_port_that_is_taken_is_one_line(studio: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = f"studio emulator: port {port}: Address already in use\n"
        assert studio.run("emulator", "--port", str(port)) == (2, "", line)
