"""The emulator in a child process: its start, and its fault `die`."""

import os
import socket
import threading
from pathlib import Path

import pytest

from settings import UserError
from studio.lifecycle import emulated
from studio.lifecycle.emulated import EmulatedAws

_CUT_SHORT = {
    "before a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "within a line": b"HTTP/1.1 200",
    "within the body": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1, ",
    "before anything": b"",
}


@pytest.mark.parametrize("answer", _CUT_SHORT.values(), ids=_CUT_SHORT)
def test_an_incomplete_answer_is_a_connection_error(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def die() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        threading.Thread(target=die, daemon=True).start()
        aws = EmulatedAws(url=f"http://127.0.0.1:{server.getsockname()[1]}", environment={})
        with pytest.raises(OSError, match=r"127\.0\.0\.1|closed|reset"):
            aws.inventory()


def test_clients_of_the_emulator_get_no_credentials_or_endpoints_of_this_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in (
        "AWS_PROFILE",
        "AWS_ENDPOINT_URL_SAGEMAKER",
        "TF_REATTACH_PROVIDERS",
        "AWS_CA_BUNDLE",
    ):
        monkeypatch.setenv(name, "mine")
    given = EmulatedAws(url="", environment={"AWS_REGION": "eu-west-1"}).child_environment()
    kept = {name: value for name, value in given.items() if value == "mine"}
    assert kept == {"AWS_CA_BUNDLE": "mine"}
    assert given.items() >= {"AWS_REGION": "eu-west-1", "HOME": os.environ["HOME"]}.items()


@pytest.mark.parametrize("speed", [-1.0, 0.0, float("nan"), float("inf")])
def test_an_invalid_speed_is_an_error(tmp_path: Path, speed: float) -> None:
    log = tmp_path / "log"
    with (
        pytest.raises(UserError, match=f"speed = {speed}: a number above 0"),
        emulated.aws(log=log, speed=speed, region="us-east-1"),
    ):
        pass
    assert not log.exists()


def test_the_error_says_why_the_emulator_does_not_start(tmp_path: Path) -> None:
    starting = emulated.aws(
        log=tmp_path / "log", speed=1.0, region="us-east-1", options=["nonsense=1"]
    )
    with pytest.raises(UserError, match=r"the emulator did not start: .*nonsense"), starting:
        pass
