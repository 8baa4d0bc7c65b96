"""The ProxyCommand: hands the session to the plugin, and reports each error in one line."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Protocol, TypedDict

import psutil
import pytest
from botocore.retries.standard import ExponentialBackoff

from scripts import session_proxy
from settings import UserError
from studio.aws.client import Aws
from studio.aws.session import open_session
from studio.connect.proxy import wait_for_session

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
def aws() -> Iterator[FakeAws]:
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


def test_the_plugin_gets_the_session_of_a_space(aws: FakeAws, plugin: Path) -> None:
    finished = program(SPACE, aws=aws, path=plugin, **KEYS)
    banner, answer, *rest = finished.stdout.splitlines()
    assert banner == "SSH-2.0"
    assert json.loads(answer) == ANSWER
    assert rest == ["us-east-1", "StartSession"]


def test_the_plugin_gets_the_session_and_the_request_of_a_node(
    proxy: Run, aws: FakeAws, plugin: Path
) -> None:
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


def test_start_session_is_repeated_until_the_node_has_registered(
    proxy: Run, aws: FakeAws, plugin: Path
) -> None:
    aws.internal_errors = 7
    finished = proxy(SPACE, aws=aws, path=plugin, **KEYS)
    assert (finished.returncode, finished.stdout.splitlines()[0]) == (0, "SSH-2.0")
    assert finished.stderr == "studio: waiting for the app to register with Systems Manager\n"


def test_a_node_that_never_registers_is_one_line(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.connect.proxy.REGISTRATION_SECONDS", 0.0)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, str(value))
    here = Aws("us-east-1", f"http://127.0.0.1:{aws.server_port}", open_session())
    aws.internal_errors = 1000
    with pytest.raises(UserError, match=r"has not registered for .* run `studio connect alice`"):
        wait_for_session(here, SPACE, user="alice", report=lambda _: None)


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
    proxy: Run, aws: FakeAws, tmp_path: Path, script: str, passed_on: str, line: str
) -> None:
    finished = proxy(SPACE, aws=aws, path=plugin_that(tmp_path, script), **KEYS)
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
    proxy: Run, aws: FakeAws, plugin: Path, target: str, code: str, line: str
) -> None:
    aws.answer = 400, {"__type": code, "message": "why"}
    passes = code in ("TargetNotConnected", "ResourceNotFound", "ThrottlingException")
    assert line in refused(proxy(target, aws=aws, path=plugin, **KEYS), passes=passes)


EXPIRED = {"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}
EXPIRED["Expiration"] = "2020-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("profile", "line"),
    [
        (
            f"credential_process = /bin/echo '{json.dumps(EXPIRED)}'",
            "credentials have expired, and the",
        ),
        ("credential_process = /no/such/program", "credential_process does not start: "),
        (
            "credential_process = /bin/echo none",
            "the profile's credential_process prints no JSON: ",
        ),
    ],
)
def test_a_source_without_credentials_is_one_line(
    proxy: Run, plugin: Path, profile: str, line: str
) -> None:
    config = plugin.parent / "config"
    config.write_text(f"[profile me]\n{profile}\n")
    assert line in refused(proxy(NODE, "--profile", "me", path=plugin, AWS_CONFIG_FILE=str(config)))


def test_a_profile_with_mfa_is_one_line(plugin: Path) -> None:
    config = plugin.parent / "config"
    keys = "".join(f"{name.lower()} = {value}\n" for name, value in KEYS.items())
    config.write_text(
        "[profile me]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = keys\n"
        f"mfa_serial = arn:aws:iam::123456789012:mfa/alice\n[profile keys]\n{keys}"
    )
    finished = program(NODE, "--profile", "me", path=plugin, AWS_CONFIG_FILE=str(config))
    assert "the profile needs an MFA code, and there is no terminal to type it" in refused(finished)


def test_an_empty_aws_profile_is_ignored(proxy: Run, aws: FakeAws, plugin: Path) -> None:
    assert proxy(NODE, aws=aws, path=plugin, AWS_PROFILE="", **KEYS).returncode == 0


def test_credentials_of_identity_center_work(aws: FakeAws, plugin: Path) -> None:
    config = plugin.parent / "config"
    config.write_text(PROFILES)
    token = plugin.parent / ".aws" / "sso" / "cache" / f"{hashlib.sha1(b'team').hexdigest()}.json"
    token.parent.mkdir(parents=True)
    token.write_text(json.dumps({"accessToken": "x", "expiresAt": "2099-01-01T00:00:00Z"}))
    finished = program(NODE, "--profile", "team", aws=aws, path=plugin, AWS_CONFIG_FILE=str(config))
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "Credential=accessKeyId-of-sso/" in aws.signed


def test_a_plugin_that_ignores_signals_is_killed(tmp_path: Path) -> None:
    """SIGTERM, as VS Code sends it, while the plugin and its pipes stay."""
    stubborn = "trap '' INT TERM; echo SSH-2.0; exec sleep 60"
    program = (
        "from studio.connect.plugin import run_plugin; from studio.processes import ending; "
        f"ending._INSIST_SECONDS = 0.1; run_plugin(['sh', '-c', {stubborn!r}], 'x', grace=0.1)"
    )
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"SSH-2.0\n"
    (plugin,) = psutil.Process(process.pid).children()
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert not plugin.is_running()


def test_a_plugin_without_an_answer_is_one_line(tmp_path: Path) -> None:
    """The real one does where AWS closes the channel at once, as for a token that is not valid."""
    waits = "echo Starting session with SessionId: x; exec sleep 600"
    program = (
        "import sys\nfrom settings import UserError\nfrom studio.connect.plugin import run_plugin\n"
        f"try: run_plugin(['sh', '-c', {waits!r}], 'x', answer_seconds=0.1)\n"
        "except UserError as error: sys.exit(str(error))"
    )
    with subprocess.Popen(
        [sys.executable, "-P", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as process:
        printed, said = process.communicate(timeout=60)
    assert (process.returncode, printed) == (1, "")
    assert said == (
        "sh has had no answer from the app for 0 s: connect with --plugin studio, which says why\n"
    )


def test_an_expired_sign_in_names_the_command(plugin: Path) -> None:
    config = plugin.parent / "config"
    config.write_text(PROFILES)
    finished = program(SPACE, "--profile", "team", path=plugin, AWS_CONFIG_FILE=str(config))
    assert "run `aws sso login --profile team`, then connect again" in refused(finished)


def test_the_environment_takes_precedence_over_the_profile(
    proxy: Run, aws: FakeAws, plugin: Path
) -> None:
    assert proxy(NODE, "--profile", "gone", aws=aws, path=plugin, **KEYS).returncode == 0


def test_missing_credentials_are_one_line(proxy: Run, plugin: Path) -> None:
    assert "Unable to locate credentials: set AWS_PROFILE" in refused(proxy(SPACE, path=plugin))


def test_an_unknown_profile_is_one_line(proxy: Run, plugin: Path) -> None:
    finished = proxy(SPACE, "--profile", "gone", path=plugin)
    assert "The config profile (gone) could not be found" in refused(finished)


def test_without_the_plugin_the_proxy_opens_the_channel_itself(
    proxy: Run, aws: FakeAws, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    aws.answer = 200, {**ANSWER, "StreamUrl": f"ws://127.0.0.1:{port}"}
    finished = proxy(SPACE, path=tmp_path, aws=aws, **KEYS)
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


def test_plugin_studio_ignores_the_plugin_on_path(proxy: Run, aws: FakeAws, tmp_path: Path) -> None:
    closed = {**ANSWER, "StreamUrl": "ws://127.0.0.1:9"}
    aws.answer = 200, closed
    path = plugin_that(tmp_path, "echo SSH-2.0 of the plugin")
    assert proxy(SPACE, aws=aws, path=path, **KEYS).stdout == "SSH-2.0 of the plugin\n"
    said = refused(proxy(SPACE, "--plugin", "studio", aws=aws, path=path, **KEYS), passes=True)
    assert "the data channel cannot be opened" in said


def test_a_plugin_that_does_not_start_is_one_line(proxy: Run, aws: FakeAws, tmp_path: Path) -> None:
    path = plugin_that(tmp_path, "")
    (path / "session-manager-plugin").write_text("#!/nowhere/sh\n")
    said = refused(proxy(SPACE, aws=aws, path=path, **KEYS))
    assert "session-manager-plugin does not start" in said
    assert "connect with --plugin studio" in said
