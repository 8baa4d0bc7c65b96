"""session-manager-plugin of AWS; skipped unless it is on PATH."""

import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.sessions.channels import echoing, eventually, session_threads

pytestmark = pytest.mark.usefixtures("processes")

PLUGIN = shutil.which("session-manager-plugin")


@pytest.fixture
def plugin() -> str:
    if PLUGIN is None:
        pytest.skip("missing: session-manager-plugin")
    return PLUGIN


def test_shell_with_the_plugin(aws: Emulator, ssm: Any, node: str, plugin: str) -> None:
    answer = ssm.start_session(Target=node)
    del answer["ResponseMetadata"]
    request = json.dumps({"Target": node})
    words = [plugin, json.dumps(answer), "us-east-1", "StartSession", "", request, aws.endpoint_url]
    ours, theirs = pty.openpty()
    with subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, b"echo $((6*7))here; exit\n")
        printed = b""
        while b"Exiting session" not in printed:
            printed += os.read(ours, 4096)
        assert process.wait(60) == 0
    os.close(ours)
    assert b"42here" in printed
    assert eventually(lambda: not session_threads())


def test_forwarded_port_with_the_plugin(aws: Emulator, ssm: Any, node: str, plugin: str) -> None:
    with echoing() as port:
        request = {
            "Target": node,
            "DocumentName": "AWS-StartPortForwardingSession",
            "Parameters": {"portNumber": [str(port)], "localPortNumber": ["0"]},
        }
        answer = ssm.start_session(**request)
        del answer["ResponseMetadata"]
        words = [json.dumps(answer), "us-east-1", "StartSession", "", json.dumps(request)]
        with subprocess.Popen(
            [plugin, *words, aws.endpoint_url], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            lines = (re.match(r"Port (\d+) opened", line) for line in process.stdout)
            opened = next(filter(None, lines))
            connections = [socket.create_connection(("127.0.0.1", int(opened[1]))) for _ in "12"]
            for number, connection in enumerate(connections):
                with connection:
                    connection.sendall(b"sent %d" % number)
                    assert connection.recv(100) == b"sent %d" % number
            process.send_signal(signal.SIGINT)
            assert "Exiting session" in process.stdout.read()
    assert eventually(lambda: not session_threads())
