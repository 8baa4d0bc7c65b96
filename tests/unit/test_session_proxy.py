"""The ProxyCommand: what ssh's user reads when there is no session. One line, whatever happens."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TypedDict

import pytest

SPACE = "arn:aws:sagemaker:us-east-1:123456789012:space/d-abc/alice"
NODE = "mi-0123456789abcdef0"
PROFILES = """\
[profile team]
sso_session = team
sso_account_id = 123456789012
sso_role_name = studio
region = us-east-1
[sso-session team]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
"""
PROXY = [sys.executable, "-P", "-m", "scripts.session_proxy"]
PROXY += ["--region", "us-east-1", "--user", "alice"]
ANSWER = {"SessionId": "alice-1", "StreamUrl": "wss://x", "TokenValue": "secret"}


class Keys(TypedDict):
    AWS_ACCESS_KEY_ID: str
    AWS_SECRET_ACCESS_KEY: str


KEYS = Keys(AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY="example")


class FakeAws(BaseHTTPRequestHandler):
    """Answers every request with what the server was told."""

    def do_POST(self) -> None:
        status, body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def aws() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), FakeAws) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A plugin after whose banner come its arguments, one a line."""
    return plugin_that(tmp_path, "printf '%s\\n' SSH-2.0 \"$@\"")


def plugin_that(folder: Path, script: str) -> Path:
    """A folder for PATH with a plugin that is this shell script."""
    program = folder / "bin" / "session-manager-plugin"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    program.chmod(0o755)
    return program.parent


def proxy(
    target: str, *words: str, path: Path, aws: HTTPServer | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    folder = path.parent / "elsewhere"
    (folder / "scripts").mkdir(parents=True, exist_ok=True)
    (folder / "scripts" / "__init__.py").write_text("raise SystemExit('not ours')\n")
    endpoint = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws.server_port}"} if aws else {}
    return subprocess.run(
        [*PROXY, target, *words],
        cwd=folder,
        env={
            "PATH": str(path),
            "HOME": str(path.parent),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
            **endpoint,
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def refused(finished: subprocess.CompletedProcess[str]) -> str:
    assert (finished.returncode, finished.stdout) == (2, "")
    (line,) = finished.stderr.splitlines()
    return line


def test_a_space_is_handed_to_the_plugin_in_three_words(aws: HTTPServer, plugin: Path) -> None:
    aws.answer = 200, ANSWER  # type: ignore[attr-defined]
    finished = proxy(SPACE, aws=aws, path=plugin, **KEYS)
    banner, answer, *rest = finished.stdout.splitlines()
    assert banner == "SSH-2.0"
    assert json.loads(answer) == ANSWER
    assert rest == ["us-east-1", "StartSession"]


def test_a_node_is_handed_over_with_what_was_asked(aws: HTTPServer, plugin: Path) -> None:
    aws.answer = 200, ANSWER  # type: ignore[attr-defined]
    config = plugin.parent / "config"
    keys = "".join(f"{name.lower()} = {value}\n" for name, value in KEYS.items())
    config.write_text(f"[profile team]\n{keys}")
    finished = proxy(NODE, "--profile", "team", aws=aws, path=plugin, AWS_CONFIG_FILE=str(config))
    _, answer, region, operation, profile, request, endpoint = finished.stdout.splitlines()
    assert json.loads(answer) == ANSWER
    assert (region, operation, profile) == ("us-east-1", "StartSession", "team")
    assert json.loads(request) == {
        "Target": NODE,
        "DocumentName": "AWS-StartSSHSession",
        "Parameters": {"portNumber": ["22"]},
    }
    assert endpoint == f"http://127.0.0.1:{aws.server_port}"


@pytest.mark.parametrize(
    ("script", "passed_on", "line"),
    [
        ("printf '\\nStarting session with SessionId: alice-1\\nSSH-2.0\\nx'", "SSH-2.0\nx", ""),
        ("printf 'SSH-2.0'; sleep 0.1; printf '\\n\\nx'; exit 3", "SSH-2.0\n\nx", ""),
        (
            "printf 'SSH-2.0\\nx\\n\\nSessionId: alice-1 : timed out\\n\\n'",
            "SSH-2.0\nx",
            "SessionId: alice-1 : timed out",
        ),
        (
            "printf SSH-2.0; printf '\\n\\nExiting session with sessionId: alice-1.'; echo; echo",
            "SSH-2.0",
            "Exiting session with sessionId: alice-1.",
        ),
        (
            "printf '\\nStarting session\\nCannot perform start session: \\033[31mrefused\\n'",
            "",
            "Starting session Cannot perform start session: \\x1b[31mrefused",
        ),
    ],
)
def test_ssh_gets_the_servers_bytes_and_a_person_the_plugins_words(
    aws: HTTPServer, tmp_path: Path, script: str, passed_on: str, line: str
) -> None:
    aws.answer = 200, ANSWER  # type: ignore[attr-defined]
    finished = proxy(SPACE, aws=aws, path=plugin_that(tmp_path, script), **KEYS)
    assert finished.stdout == passed_on
    assert finished.stderr == (f"studio: the session has ended: {line}\n" if line else "")
    assert finished.returncode == 0


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("ExpiredTokenException", "does not take the credentials (ExpiredTokenException): renew"),
        ("UnrecognizedClientException", "run `studio connect alice`"),
        (
            "ResourceNotFound",
            "the app of alice cannot be reached (why): run `studio connect alice`",
        ),
        ("AccessDeniedException", "AWS gives no session: An error occurred (AccessDenied"),
    ],
)
@pytest.mark.parametrize("target", [SPACE, NODE])
def test_what_aws_refuses_is_one_line(
    aws: HTTPServer, plugin: Path, target: str, code: str, line: str
) -> None:
    aws.answer = 400, {"__type": code, "message": "why"}  # type: ignore[attr-defined]
    assert line in refused(proxy(target, aws=aws, path=plugin, **KEYS))


def test_a_sign_in_that_has_expired_names_the_command(plugin: Path) -> None:
    config = plugin.parent / "config"
    config.write_text(PROFILES)
    finished = proxy(SPACE, "--profile", "team", path=plugin, AWS_CONFIG_FILE=str(config))
    assert "run `aws sso login --profile team`, then connect again" in refused(finished)


def test_what_the_environment_says_goes_first(aws: HTTPServer, plugin: Path) -> None:
    aws.answer = 200, ANSWER  # type: ignore[attr-defined]
    assert proxy(NODE, "--profile", "gone", aws=aws, path=plugin, **KEYS).returncode == 0


def test_without_credentials(plugin: Path) -> None:
    assert "there are no AWS credentials here: set AWS_PROFILE" in refused(
        proxy(SPACE, path=plugin)
    )


def test_a_profile_that_does_not_exist(plugin: Path) -> None:
    finished = proxy(SPACE, "--profile", "gone", path=plugin)
    assert "The config profile (gone) could not be found" in refused(finished)


def test_without_the_plugin(tmp_path: Path) -> None:
    finished = proxy(SPACE, path=tmp_path, **KEYS)
    assert "session-manager-plugin is not on PATH" in refused(finished)


def test_an_endpoint_that_does_not_answer(plugin: Path) -> None:
    finished = proxy(SPACE, path=plugin, AWS_ENDPOINT_URL="http://127.0.0.1:1", **KEYS)
    assert "AWS gives no session: Could not connect to the endpoint" in refused(finished)
