"""Environments with and without credentials."""

import http.server
import os

import pytest

from tests.studio.hostile import Answering


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable, file or instance has credentials, and no server answers."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, alone: None) -> None:  # noqa: ARG001 - after it
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def answering(
    server: http.server.ThreadingHTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    alone: None,  # noqa: ARG001 - after it
) -> type[Answering]:
    """A server that answers everything with what the test puts there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    Answering.status, Answering.content = 200, b""
    return Answering
