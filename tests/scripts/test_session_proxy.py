"""The ProxyCommand of ssh passes a session to the plugin, and reports each error in one line."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.retries.standard import ExponentialBackoff

from scripts import session_proxy
from studio.processes.children import captured
from tests.commands import write_program

SPACE = "arn:aws:sagemaker:us-east-1:123456789012:space/d-abc/alice"
NODE = "mi-0123456789abcdef0"
TO_ALICE = ["--region", "us-east-1", "--user", "alice"]
ANSWER = {"SessionId": "alice-1", "StreamUrl": "wss://x", "TokenValue": "secret"}

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
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"}


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
    return write_program(program, f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n").parent


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The ProxyCommand's main(), in this process, with pytest's file descriptors.

    The keyword arguments are those of ``environment``.
    """

    def run(target: str, *words: str, **given: Any) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as patch:
            patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
            for name in list(os.environ):
                patch.delenv(name)
            for name, value in environment(**given).items():
                patch.setenv(name, value)
            code = session_proxy.main([*TO_ALICE, target, *words])
        printed, said = capfd.readouterr()
        return subprocess.CompletedProcess(words, code, printed, said)

    return run


def environment(path: Path, aws: FakeAws | None = None, **others: str) -> dict[str, str]:
    """The folder ``path`` is PATH, and its parent HOME. aws: the server that is called."""
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


def program(target: str, *words: str, path: Path, **given: Any) -> subprocess.CompletedProcess[str]:
    """The ProxyCommand as ssh starts it."""
    command = [sys.executable, "-EP", "-m", "scripts.session_proxy", *TO_ALICE, target, *words]
    # As in a window of VS Code, there is no terminal.
    return captured(command, env=environment(path, **given), seconds=120)


def refused(finished: subprocess.CompletedProcess[str], *, passes: bool = False) -> str:
    """The one line of a refusal; its start says whether to try again."""
    assert (finished.returncode, finished.stdout) == (2, "")
    (line,) = finished.stderr.splitlines()
    assert line.startswith("studio: no session yet: " if passes else "studio: no session: ")
    return line


def test_the_plugin_gets_the_session_of_a_space(fake_aws: FakeAws, plugin: Path) -> None:
    finished = program(SPACE, aws=fake_aws, path=plugin, **KEYS)
    banner, answer, *rest = finished.stdout.splitlines()
    assert banner == "SSH-2.0"
    assert json.loads(answer) == ANSWER
    assert rest == ["us-east-1", "StartSession"]


@pytest.mark.parametrize(
    ("version", "visible"), [("1.2.497.0", True), ("1.2.536.0", False), ("1.2.1000.0", False)]
)
def test_the_token_is_no_argument_of_a_plugin_that_reads_it_from_its_environment(
    proxy: Run, fake_aws: FakeAws, tmp_path: Path, version: str, visible: bool
) -> None:
    script = (
        f'[ "$1" = --version ] && echo {version} && exit; '
        """printf '%s\\n' SSH-2.0 "$1" "$AWS_SSM_START_SESSION_RESPONSE\""""
    )
    finished = proxy(SPACE, aws=fake_aws, path=plugin_that(tmp_path, script), **KEYS)
    _, argument, variable = finished.stdout.splitlines()
    assert json.loads(argument if visible else variable) == ANSWER
    assert (variable == "") if visible else (argument == "AWS_SSM_START_SESSION_RESPONSE")


def test_an_error_names_the_command_that_connects_to_this_deployment(
    proxy: Run, fake_aws: FakeAws, tmp_path: Path
) -> None:
    fake_aws.answer = 400, {"__type": "ResourceNotFound", "message": "no app"}
    named = ["--deployment", "lab"]
    said = refused(proxy(SPACE, *named, aws=fake_aws, path=tmp_path, **KEYS), passes=True)
    assert "run `studio connect alice --deployment lab --region us-east-1`" in said
    # An entry of an earlier version has no --deployment.
    said = refused(proxy(SPACE, aws=fake_aws, path=tmp_path, **KEYS), passes=True)
    assert "run `studio connect alice`" in said


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


def test_a_missing_plugin_is_one_line(proxy: Run, tmp_path: Path) -> None:
    assert "session-manager-plugin is not on PATH: install it" in refused(
        proxy(SPACE, "--plugin", "aws", path=tmp_path)
    )


def test_without_the_plugin_or_with_plugin_studio_the_proxy_opens_the_channel_itself(
    proxy: Run, fake_aws: FakeAws, tmp_path: Path
) -> None:
    fake_aws.answer = 200, {**ANSWER, "StreamUrl": "ws://127.0.0.1:9"}
    path = plugin_that(tmp_path, "echo SSH-2.0 of the plugin")
    assert proxy(SPACE, aws=fake_aws, path=path, **KEYS).stdout == "SSH-2.0 of the plugin\n"
    for words, folder in ((["--plugin", "studio"], path), ([], tmp_path)):
        said = refused(proxy(SPACE, *words, aws=fake_aws, path=folder, **KEYS), passes=True)
        assert "the data channel cannot be opened" in said


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_the_channel_accepts_the_certificates_that_botocore_accepts(
    proxy: Run, fake_aws: FakeAws, tmp_path: Path, variable: str
) -> None:
    fake_aws.answer = 200, {**ANSWER, "StreamUrl": f"wss://127.0.0.1:{fake_aws.server_port}"}
    given = {**KEYS, variable: "/no/bundle"}
    said = refused(proxy(SPACE, aws=fake_aws, path=tmp_path, **given), passes=True)
    assert "the data channel cannot be opened: [Errno 2] No such file or directory" in said


def test_a_plugin_that_does_not_start_is_one_line(
    proxy: Run, fake_aws: FakeAws, tmp_path: Path
) -> None:
    path = plugin_that(tmp_path, "")
    (path / "session-manager-plugin").write_text("#!/nowhere/sh\n")
    said = refused(proxy(SPACE, aws=fake_aws, path=path, **KEYS))
    assert "session-manager-plugin does not start" in said
    assert "connect with --plugin studio" in said


def test_a_profile_with_mfa_is_one_line(plugin: Path) -> None:
    config = plugin.parent / "config"
    keys = "".join(f"{name.lower()} = {value}\n" for name, value in KEYS.items())
    config.write_text(
        "[profile me]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = keys\n"
        f"mfa_serial = arn:aws:iam::123456789012:mfa/alice\n[profile keys]\n{keys}"
    )
    finished = program(NODE, "--profile", "me", path=plugin, AWS_CONFIG_FILE=str(config))
    assert "the profile needs an MFA code, and there is no terminal to type it" in refused(finished)


def test_credentials_of_identity_center_work(fake_aws: FakeAws, plugin: Path) -> None:
    config = plugin.parent / "config"
    config.write_text(PROFILES)
    token = plugin.parent / ".aws" / "sso" / "cache" / f"{hashlib.sha1(b'team').hexdigest()}.json"
    token.parent.mkdir(parents=True)
    token.write_text(json.dumps({"accessToken": "x", "expiresAt": "2099-01-01T00:00:00Z"}))
    finished = program(
        NODE, "--profile", "team", aws=fake_aws, path=plugin, AWS_CONFIG_FILE=str(config)
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "Credential=accessKeyId-of-sso/" in fake_aws.signed


def test_an_unknown_profile_is_one_line_unless_the_environment_has_keys(
    proxy: Run, fake_aws: FakeAws, plugin: Path
) -> None:
    for unset in ({}, {"AWS_PROFILE": ""}, {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}):
        finished = proxy(SPACE, "--profile", "gone", path=plugin, **unset)
        assert "The config profile (gone) could not be found" in refused(finished)
    assert proxy(NODE, "--profile", "gone", aws=fake_aws, path=plugin, **KEYS).returncode == 0
