"""The emulator's own API."""

import json
import os
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import call_admin, make_role, trust

NODE = "mi-0123456789abcdef0"


def test_health(aws: Emulator) -> None:
    status, text = call_admin(aws, "health")
    assert (status, json.loads(text)) == (200, {"status": "ok", "pid": os.getpid()})


def test_unknown_admin_call(aws: Emulator) -> None:
    assert call_admin(aws, "nothing")[0] == 404


def test_settings_change_and_refuse(aws: Emulator) -> None:
    status, text = call_admin(aws, "settings", {"fail_images": ["slim"], "speed": 5}, "POST")
    assert status == 200
    assert json.loads(text)["fail_images"] == ["slim"]
    assert aws.options.speed == 5.0
    status, text = call_admin(aws, "settings", {"speed": 7, "max_apps": -1}, "POST")
    assert (status, text) == (400, "max_apps = -1: a whole number, 0 or more\n")
    assert aws.options.speed == 5.0, "a bad change must change nothing"


def test_node_registers_and_disconnects(aws: Emulator) -> None:
    make_role(aws, "node", trusts=trust("ssm.amazonaws.com"))
    ssm = aws.client("ssm", region="eu-west-1")
    made = ssm.create_activation(IamRole="node")
    wanted = {"activation": made["ActivationId"], "code": made["ActivationCode"], "name": "lab"}
    status, text = call_admin(aws, "nodes", wanted, "POST")
    assert status == 200
    node = json.loads(text)["id"]
    assert call_admin(aws, "nodes", {"id": node, "online": False}, "POST")[0] == 200
    (shown,) = ssm.describe_instance_information()["InstanceInformationList"]
    assert (shown["InstanceId"], shown["Name"]) == (node, "lab")
    assert shown["PingStatus"] == "ConnectionLost"


@pytest.mark.parametrize(
    ("path", "sent", "words"),
    [
        ("nodes", {}, "activation and code"),
        ("nodes", {"activation": "a", "code": 1}, "activation and code"),
        ("nodes", {"activation": "a", "code": "b"}, "InvalidActivation"),
        ("nodes", {"id": NODE, "online": True}, "InvalidInstanceId"),
        ("sshd", {"target": NODE}, "expected: target and address"),
        ("sshd", {"target": NODE, "address": "127.0.0.1:1"}, "not a managed node's id"),
        ("settings", [], "expected: a JSON object"),
        ("settings", None, "not JSON"),
    ],
)
def test_invalid_calls(aws: Emulator, path: str, sent: Any, words: str) -> None:
    status, text = call_admin(aws, path, sent, "POST")
    assert (status, words in text, text.count("\n")) == (400, True, 1)
