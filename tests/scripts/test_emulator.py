"""``studio emulator``: a port or a speed that cannot be."""

import socket
from collections.abc import Callable

import pytest

from scripts import cli
from studio_emulator.server import Emulator


@pytest.fixture
def refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Runs the command; returns what it says before it ends with exit code 2."""
    # Other tests of this process may have an emulator.
    monkeypatch.setattr(Emulator, "_running", None)

    def run(*arguments: str) -> str:
        assert cli.main(["emulator", *arguments]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        return said.err

    return run


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "99999"], "port 99999: 0 to 65535"),
        (["--speed", "-1"], "speed = -1.0: a number above 0"),
    ],
)
def test_what_cannot_be_is_one_line(
    refused: Callable[..., str], arguments: list[str], words: str
) -> None:
    assert refused(*arguments) == f"studio emulator: {words}\n"


def test_a_port_that_is_taken_is_one_line(refused: Callable[..., str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused("--port", str(port))
    assert said == f"studio emulator: port {port}: Address already in use\n"
