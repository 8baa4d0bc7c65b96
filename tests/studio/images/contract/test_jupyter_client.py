"""Requests to the server of a container."""

import http.server
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from studio.images.contract import jupyter_client
from studio.images.contract.jupyter_client import Refused, Server
from tests.studio.images.contract.containers import LocalContainer

STATUS = "/jupyterlab/default/api/status"


def test_a_request_without_a_server_leaves_no_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter_client, "PORT", 1)
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    assert Server(LocalContainer(), "").get(STATUS) is None
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_a_refused_kernel_has_jupyters_message(answer: Callable[..., int]) -> None:
    answer(500, '{"message": "No such kernel named python3"}')
    with pytest.raises(Refused, match="500 No such kernel named python3"):
        Server(LocalContainer(), "/jupyterlab/default").run_cell("1")


def test_the_shell_of_a_stream_reads_no_bashrc(
    answer: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".bashrc").write_text("echo Welcome\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SHLVL", raising=False)
    answer(200)
    assert Server(LocalContainer(), "").get(STATUS) == jupyter_client.Answer(200, "{}")


@pytest.mark.slow
def test_a_stream_ends_with_the_response(
    answer: Callable[..., int],
    server: http.server.ThreadingHTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer(200)
    monkeypatch.setattr(jupyter_client, "_ANSWER_SECONDS", 10)
    # With `wait -n` in the relay, one in a hundred of many parallel responses did not end.
    server.socket.listen(64)
    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(Server(LocalContainer(), "").get, [STATUS] * 150)
        assert list(answers) == [jupyter_client.Answer(200, "{}")] * 150
