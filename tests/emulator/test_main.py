"""The command studio-emulator: options, port, signals."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from studio_emulator.__main__ import main

PROJECT = Path(__file__).parents[2]
COMMAND = sys.executable, "-m", "studio_emulator"


@pytest.fixture
def no_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command has no emulator, whose modules take seconds to load."""
    monkeypatch.setitem(sys.modules, "studio_emulator.server", None)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_prints_its_address_and_ends_by_signal(number: signal.Signals) -> None:
    arguments = "--speed", "50", "--option", "fail_images=slim,full"
    process = subprocess.Popen(
        [*COMMAND, *arguments], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        name, _, url = process.stdout.readline().strip().partition("=")
        assert name == "AWS_ENDPOINT_URL"
        with urllib.request.urlopen(f"{url}/_emulator/settings", timeout=10) as answer:
            settings = json.load(answer)
        given = settings["speed"], settings["fail_images"], settings["apps"]
        assert given == (50.0, ["slim", "full"], "processes")
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.communicate()


def test_signals_are_handled_before_the_address_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = MagicMock()

    def printed(*_: object, **__: object) -> None:
        assert signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("studio_emulator.__main__._emulator", lambda _: emulator)
    monkeypatch.setattr("builtins.print", printed)
    assert main([]) == 0
    emulator.close.assert_called_once_with()


def test_command_exits_with_2_for_a_bad_option() -> None:
    process = subprocess.run(
        [*COMMAND, "--speed", "0"], cwd=PROJECT, capture_output=True, text=True, timeout=30
    )
    found = (process.returncode, process.stdout, process.stderr)
    assert found == (2, "", "studio-emulator: speed = 0: a number above 0\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "many"], "port many: 0 to 65535"),
        (["--port", "70000"], "port 70000: 0 to 65535"),
        (["--speed", "inf"], "speed = 'inf': a number above 0"),
        (["--option", "speed"], "speed: write it as key=value"),
        (["--option", "nfs_groups_deleted_with_domain=maybe"], "true or false"),
    ],
)
@pytest.mark.usefixtures("no_emulator")
def test_command_refuses_bad_arguments_in_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    errors = capsys.readouterr().err
    assert words in errors
    assert errors.count("\n") == 1


@pytest.mark.usefixtures("no_emulator")
def test_command_names_the_port_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    in_use = os.strerror(errno.EADDRINUSE)
    assert capsys.readouterr().err == f"studio-emulator: port {port}: {in_use}\n"
