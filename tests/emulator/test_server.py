"""The server: the command, the emulator's API, the environment and connections."""

import errno
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from studio_emulator.__main__ import main
from studio_emulator.errors import UsageError
from studio_emulator.options import Options
from studio_emulator.server import Emulator
from tests.emulator.samples import make_role, trust

PROJECT = Path(__file__).parents[2]
COMMAND = sys.executable, "-m", "studio_emulator"


def call(aws: Emulator, path: str, body: Any = None, method: str = "GET") -> tuple[int, str]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{aws.endpoint_url}/_emulator/{path}", data=data, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.fixture
def no_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a test start another emulator in this process, as far as its port."""

    def starts(*_: Any) -> None:
        raise AssertionError("the command starts an emulator")

    monkeypatch.setattr(Emulator, "_running", None)
    monkeypatch.setattr(Emulator, "_serve", starts)
    monkeypatch.setattr("studio_emulator.server.state.reset", starts)


def test_health(aws: Emulator) -> None:
    status, text = call(aws, "health")
    assert (status, json.loads(text)) == (200, {"status": "ok", "pid": os.getpid()})


def test_unknown_admin_call(aws: Emulator) -> None:
    assert call(aws, "nothing")[0] == 404


def test_settings_change_and_refuse(aws: Emulator) -> None:
    status, text = call(aws, "settings", {"fail_images": ["slim"], "speed": 5}, "POST")
    assert status == 200
    assert json.loads(text)["fail_images"] == ["slim"]
    assert aws.options.speed == 5.0
    status, text = call(aws, "settings", {"speed": 7, "max_apps": -1}, "POST")
    assert (status, text) == (400, "max_apps = -1: a whole number, 0 or more\n")
    assert aws.options.speed == 5.0, "a bad change must change nothing"


def test_node_registers_and_disconnects(aws: Emulator) -> None:
    make_role(aws, "node", trusts=trust("ssm.amazonaws.com"))
    ssm = aws.client("ssm", region="eu-west-1")
    made = ssm.create_activation(IamRole="node")
    wanted = {"activation": made["ActivationId"], "code": made["ActivationCode"], "name": "lab"}
    status, text = call(aws, "nodes", wanted, "POST")
    assert status == 200
    node = json.loads(text)["id"]
    assert call(aws, "nodes", {"id": node, "online": False}, "POST")[0] == 200
    (shown,) = ssm.describe_instance_information()["InstanceInformationList"]
    assert (shown["InstanceId"], shown["Name"]) == (node, "lab")
    assert shown["PingStatus"] == "ConnectionLost"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "activation and code"),
        ({"activation": "a", "code": 1}, "activation and code"),
        ({"activation": "a", "code": "b"}, "InvalidActivation"),
        ({"id": "mi-0123456789abcdef0", "online": True}, "InvalidInstanceId"),
    ],
)
def test_invalid_node_calls(aws: Emulator, sent: dict[str, Any], words: str) -> None:
    status, text = call(aws, "nodes", sent, "POST")
    assert (status, words in text, text.count("\n")) == (400, True, 1)


def test_environment_variables_select_the_emulator(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    identity = boto3.session.Session().client("sts").get_caller_identity()
    assert identity["Account"] == "123456789012"


def test_reset_leaves_a_new_account(aws: Emulator) -> None:
    assert aws.inventory() == []
    aws.client("kms").describe_key(KeyId="alias/aws/s3")
    assert aws.inventory() == [], "a key that AWS makes for itself"
    aws.client("s3").create_bucket(Bucket="a-bucket-of-ours")
    aws.client("kms").create_key()
    aws.client("logs").create_log_group(logGroupName="/group")
    aws.client("ssm").put_parameter(Name="/one", Value="1", Type="String")
    aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    listed = json.loads(call(aws, "inventory")[1])
    assert [(item["service"], item["type"]) for item in listed] == [
        ("ec2", "vpc"),
        ("kms", "key"),
        ("logs", "log-group"),
        ("s3", "bucket"),
        ("ssm", "parameter"),
    ]
    call(aws, "reset", {}, "POST")
    assert aws.inventory() == []


@pytest.mark.usefixtures("aws")
def test_one_emulator_per_process() -> None:
    with pytest.raises(UsageError, match="already"):
        Emulator().start()


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
        assert (settings["speed"], settings["fail_images"]) == (50.0, ["slim", "full"])
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.communicate()


def test_command_exits_with_2_for_a_bad_option() -> None:
    process = subprocess.run(
        [*COMMAND, "--speed", "0"], cwd=PROJECT, capture_output=True, text=True, timeout=30
    )
    found = (process.returncode, process.stdout, process.stderr)
    assert found == (2, "", "emulator: speed = 0: a number above 0\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "many"], "argument --port: invalid int value: 'many'"),
        (["--port", "70000"], "port 70000: 0 to 65535"),
        (["--option", "colour=red"], "colour: no such option"),
        (["--option", "speed"], "speed: write it as key=value"),
        (["--option", "scan_findings=HIGH,AWFUL"], "a list of CRITICAL, HIGH"),
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
    assert capsys.readouterr().err == f"emulator: port {port}: {os.strerror(errno.EADDRINUSE)}\n"


def test_options_check_their_defaults_too() -> None:
    with pytest.raises(UsageError, match="speed"):
        Options(speed=-1)


def test_connections_stay_open(aws: Emulator) -> None:
    """A client sometimes loses the response of a server that closes each connection."""
    address = urlsplit(aws.endpoint_url)
    connections = [
        http.client.HTTPConnection(address.hostname or "", address.port) for _ in range(50)
    ]
    for connection in [*connections, *connections]:
        connection.request("GET", "/_emulator/health")
        answer = connection.getresponse()
        assert (answer.status, answer.will_close) == (200, False)
        answer.read()
    for connection in connections:
        connection.close()


def test_retry_gets_the_first_response(aws: Emulator, request: pytest.FixtureRequest) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    mark = {"id": "one", "attempt": 1}

    def stamp(request: Any, **_: Any) -> None:  # botocore names the argument
        request.headers["amz-sdk-invocation-id"] = mark["id"]
        request.headers["amz-sdk-request"] = f"attempt={mark['attempt']}; max=5"

    def create() -> str:
        found = ec2.create_security_group(GroupName="team", Description="team", VpcId=vpc)
        return str(found["GroupId"])

    event = "before-send.ec2.CreateSecurityGroup"
    ec2.meta.events.register(event, stamp)
    request.addfinalizer(lambda: ec2.meta.events.unregister(event, stamp))
    first = create()
    with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidGroup\.Duplicate"):
        create()
    mark["attempt"] = 2
    assert create() == first
    mark["id"] = "two"
    with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidGroup\.Duplicate"):
        create()


def test_a_time_without_a_zone_is_in_utc(aws: Emulator) -> None:
    aws.client("sagemaker").create_studio_lifecycle_config(
        StudioLifecycleConfigName="start",
        StudioLifecycleConfigContent="ZXhpdCAw",
        StudioLifecycleConfigAppType="JupyterLab",
    )
    request = urllib.request.Request(
        aws.endpoint_url,
        data=json.dumps({"CreationTimeAfter": "2026-01-01T00:00:00"}).encode(),
        headers={
            "X-Amz-Target": "SageMaker.ListStudioLifecycleConfigs",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": "AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/sagemaker/"
            "aws4_request, SignedHeaders=host, Signature=0",
        },
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        (found,) = json.load(answer)["StudioLifecycleConfigs"]
    assert found["StudioLifecycleConfigName"] == "start"
