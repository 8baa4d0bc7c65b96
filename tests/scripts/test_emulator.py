"""``studio emulator``: a port or a speed that cannot be."""

import socket

import pytest

from scripts.cli import main


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "99999"], "port 99999: 0 to 65535"),
        (["--speed", "-1"], "speed = -1.0: a number above 0"),
    ],
)
def test_what_cannot_be_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["emulator", *arguments]) == 2
    assert capsys.readouterr().err == f"studio emulator: {words}\n"


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["emulator", "--port", str(port)]) == 2
    line = f"studio emulator: port {port}: Address already in use\n"
    assert capsys.readouterr().err == line
