"""Runs of the ProxyCommand against an HTTP server in place of AWS."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Protocol, TypedDict

import pytest
from botocore.retries.standard import ExponentialBackoff

from scripts import session_proxy

SPACE = "arn:aws:sagemaker:us-east-1:123456789012:space/d-abc/alice"
NODE = "mi-0123456789abcdef0"
TO_ALICE = ["--region", "us-east-1", "--user", "alice"]
ANSWER = {"SessionId": "alice-1", "StreamUrl": "wss://x", "TokenValue": "secret"}


class Keys(TypedDict):
    AWS_ACCESS_KEY_ID: str
    AWS_SECRET_ACCESS_KEY: str


KEYS = Keys(AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY="example")


class FakeAws(HTTPServer):
    """Gives every request of the test one answer; also answers IAM Identity Center's client."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: tuple[int, Mapping[str, object]] = 200, ANSWER
        self.internal_errors = 0
        self.signed = ""


class _Handler(BaseHTTPRequestHandler):
    server: FakeAws

    def do_GET(self) -> None:
        keys = {name: f"{name}-of-sso" for name in ("accessKeyId", "secretAccessKey")}
        self._answer(
            200, {"roleCredentials": {**keys, "sessionToken": "x", "expiration": 4102444800000}}
        )

    def do_POST(self) -> None:
        self.server.signed = self.headers.get("Authorization", "")
        if self.server.internal_errors:
            self.server.internal_errors -= 1
            self._answer(500, {"__type": "InternalFailure", "message": "try again"})
        else:
            self._answer(*self.server.answer)

    def _answer(self, status: int, body: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def fake_aws() -> Iterator[FakeAws]:
    with FakeAws() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A plugin that prints a banner, then each argument on a line."""
    return plugin_that(tmp_path, "printf '%s\\n' SSH-2.0 \"$@\"")


def plugin_that(folder: Path, script: str) -> Path:
    """A folder for PATH whose plugin is this shell script."""
    program = folder / "bin" / "session-manager-plugin"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    program.chmod(0o755)
    return program.parent


class Run(Protocol):
    """The ProxyCommand's main(), in this process, with pytest's file descriptors.

    path: the folder that is its PATH; its home folder is the parent. aws: the server that it calls.
    The keyword arguments are the rest of its environment.
    """

    def __call__(
        self, target: str, *words: str, path: Path, aws: FakeAws | None = None, **others: str
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def run(
        target: str, *words: str, path: Path, aws: FakeAws | None = None, **others: str
    ) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as patch:
            patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
            for name in list(os.environ):
                patch.delenv(name)
            for name, value in environment(path, aws, **others).items():
                patch.setenv(name, value)
            code = session_proxy.main([*TO_ALICE, target, *words])
        printed, said = capfd.readouterr()
        return subprocess.CompletedProcess(words, code, printed, said)

    return run


def environment(path: Path, aws: FakeAws | None = None, **others: str) -> dict[str, str]:
    return {
        "PATH": str(path),
        "HOME": str(path.parent),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        **({"AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws.server_port}"} if aws else {}),
        **others,
    }


def program(
    target: str, *words: str, path: Path, aws: FakeAws | None = None, **others: str
) -> subprocess.CompletedProcess[str]:
    """The ProxyCommand as ssh starts it."""
    folder = path.parent / "elsewhere"
    (folder / "scripts").mkdir(parents=True, exist_ok=True)
    (folder / "scripts" / "__init__.py").write_text("raise SystemExit('not ours')\n")
    return subprocess.run(
        [sys.executable, "-P", "-m", "scripts.session_proxy", *TO_ALICE, target, *words],
        cwd=folder,
        env=environment(path, aws, **others),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        # As in a window of VS Code, there is no terminal.
        start_new_session=True,
    )


def refused(finished: subprocess.CompletedProcess[str], *, passes: bool = False) -> str:
    """The one line of a refusal; its start says whether to try again."""
    assert (finished.returncode, finished.stdout) == (2, "")
    (line,) = finished.stderr.splitlines()
    assert line.startswith("studio: no session yet: " if passes else "studio: no session: ")
    return line
