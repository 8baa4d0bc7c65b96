"""Requests to the server of a container."""

import http.server
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from studio.images.contract import jupyter_client
from studio.images.contract.jupyter_client import Refused, Server
from tests.studio.images.contract.containers import LocalContainer
from tests.studio.images.contract.local_server import answering

STATUS = "/jupyterlab/default/api/status"


def test_a_request_without_a_server_leaves_no_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter_client, "PORT", 1)
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    assert Server(LocalContainer(), "").get(STATUS) is None
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_a_refused_kernel_has_jupyters_message(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(monkeypatch, 500, {"message": "No such kernel named python3"}):
        asked = Server(LocalContainer(), "/jupyterlab/default")
        with pytest.raises(Refused, match="500 No such kernel named python3"):
            asked.run_cell("1")


@pytest.mark.slow
def test_a_stream_ends_with_the_response(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter_client, "_ANSWER_SECONDS", 10)
    # With `wait -n` in the relay, one in a hundred of many parallel responses did not end.
    monkeypatch.setattr(http.server.ThreadingHTTPServer, "request_queue_size", 64)
    with answering(monkeypatch, 200, "x"), ThreadPoolExecutor(16) as pool:
        asked = Server(LocalContainer(), "")
        answers = pool.map(asked.get, [STATUS] * 150)
        assert list(answers) == [jupyter_client.Answer(200, '"x"')] * 150
