"""The ProxyCommand passes the session to the plugin, and reports each error in one line."""

import json
import socket
from pathlib import Path

import pytest

from tests.scripts.session_proxy.conftest import (
    ANSWER,
    KEYS,
    NODE,
    SPACE,
    FakeAws,
    Run,
    plugin_that,
    program,
    refused,
)


def test_the_plugin_gets_the_session_of_a_space(fake_aws: FakeAws, plugin: Path) -> None:
    finished = program(SPACE, aws=fake_aws, path=plugin, **KEYS)
    banner, answer, *rest = finished.stdout.splitlines()
    assert banner == "SSH-2.0"
    assert json.loads(answer) == ANSWER
    assert rest == ["us-east-1", "StartSession"]


def test_the_plugin_gets_the_session_and_the_request_of_a_node(
    proxy: Run, fake_aws: FakeAws, plugin: Path
) -> None:
    config = plugin.parent / "config"
    keys = "".join(f"{name.lower()} = {value}\n" for name, value in KEYS.items())
    config.write_text(f"[profile team]\n{keys}")
    finished = proxy(
        NODE, "--profile", "team", aws=fake_aws, path=plugin, AWS_CONFIG_FILE=str(config)
    )
    _, answer, region, operation, profile, request, endpoint = finished.stdout.splitlines()
    assert json.loads(answer) == ANSWER
    assert (region, operation, profile) == ("us-east-1", "StartSession", "team")
    assert json.loads(request) == {
        "Target": NODE,
        "DocumentName": "AWS-StartSSHSession",
        "Parameters": {"portNumber": ["22"]},
    }
    assert endpoint == f"http://127.0.0.1:{fake_aws.server_port}"


def test_start_session_is_repeated_until_the_node_has_registered(
    proxy: Run, fake_aws: FakeAws, plugin: Path
) -> None:
    fake_aws.internal_errors = 7
    finished = proxy(SPACE, aws=fake_aws, path=plugin, **KEYS)
    assert (finished.returncode, finished.stdout.splitlines()[0]) == (0, "SSH-2.0")
    assert finished.stderr == "studio: waiting for the app to register with Systems Manager\n"


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
def test_stdout_has_the_servers_bytes_and_stderr_the_plugins_message(
    proxy: Run, fake_aws: FakeAws, tmp_path: Path, script: str, passed_on: str, line: str
) -> None:
    finished = proxy(SPACE, aws=fake_aws, path=plugin_that(tmp_path, script), **KEYS)
    assert finished.stdout == passed_on
    assert finished.stderr == (f"studio: the session has ended: {line}\n" if line else "")
    assert finished.returncode == 0


@pytest.mark.parametrize(
    ("target", "code", "line"),
    [
        (
            SPACE,
            "ExpiredTokenException",
            "the credentials have expired (ExpiredTokenException): renew",
        ),
        (SPACE, "UnrecognizedClientException", "run `studio connect alice`"),
        (
            SPACE,
            "ResourceNotFound",
            "the app of alice cannot be reached (why): run `studio connect alice`",
        ),
        (NODE, "TargetNotConnected", "the app of alice cannot be reached (why)"),
        (SPACE, "ThrottlingException", "AWS: An error occurred (Throttling"),
        (NODE, "AccessDeniedException", "AWS: An error occurred (AccessDenied"),
    ],
)
def test_an_error_of_aws_is_one_line(
    proxy: Run, fake_aws: FakeAws, plugin: Path, target: str, code: str, line: str
) -> None:
    fake_aws.answer = 400, {"__type": code, "message": "why"}
    passes = code in ("TargetNotConnected", "ResourceNotFound", "ThrottlingException")
    assert line in refused(proxy(target, aws=fake_aws, path=plugin, **KEYS), passes=passes)


def test_without_the_plugin_the_proxy_opens_the_channel_itself(
    proxy: Run, fake_aws: FakeAws, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    fake_aws.answer = 200, {**ANSWER, "StreamUrl": f"ws://127.0.0.1:{port}"}
    finished = proxy(SPACE, path=tmp_path, aws=fake_aws, **KEYS)
    assert "the data channel cannot be opened" in refused(finished, passes=True)


def test_an_unreachable_endpoint_is_one_line(proxy: Run, plugin: Path) -> None:
    finished = proxy(SPACE, path=plugin, AWS_ENDPOINT_URL="http://127.0.0.1:1", **KEYS)
    assert "AWS: Could not connect to the endpoint" in refused(finished, passes=True)


def test_an_invalid_endpoint_is_one_line(proxy: Run, plugin: Path) -> None:
    finished = proxy(SPACE, path=plugin, AWS_ENDPOINT_URL="nonsense", **KEYS)
    assert "AWS: Invalid endpoint: nonsense" in refused(finished)


def test_a_missing_plugin_is_one_line(proxy: Run, tmp_path: Path) -> None:
    assert "session-manager-plugin is not on PATH: install it" in refused(
        proxy(SPACE, "--plugin", "aws", path=tmp_path)
    )


def test_plugin_studio_ignores_the_plugin_on_path(
    proxy: Run, fake_aws: FakeAws, tmp_path: Path
) -> None:
    closed = {**ANSWER, "StreamUrl": "ws://127.0.0.1:9"}
    fake_aws.answer = 200, closed
    path = plugin_that(tmp_path, "echo SSH-2.0 of the plugin")
    assert proxy(SPACE, aws=fake_aws, path=path, **KEYS).stdout == "SSH-2.0 of the plugin\n"
    said = refused(proxy(SPACE, "--plugin", "studio", aws=fake_aws, path=path, **KEYS), passes=True)
    assert "the data channel cannot be opened" in said


def test_a_plugin_that_does_not_start_is_one_line(
    proxy: Run, fake_aws: FakeAws, tmp_path: Path
) -> None:
    path = plugin_that(tmp_path, "")
    (path / "session-manager-plugin").write_text("#!/nowhere/sh\n")
    said = refused(proxy(SPACE, aws=fake_aws, path=path, **KEYS))
    assert "session-manager-plugin does not start" in said
    assert "connect with --plugin studio" in said
