"""AWS's own session-manager-plugin, where one is on PATH."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from studio_emulator import runtime
from studio_emulator.server import Emulator
from tests.emulator.sessions.channels import eventually, session_threads

PLUGIN = shutil.which("session-manager-plugin")


@pytest.fixture
def plugin(aws: Emulator) -> Iterator[str]:
    if PLUGIN is None:
        pytest.skip("missing: session-manager-plugin")
    aws.options.update({"apps": "processes"})
    yield PLUGIN
    runtime.forget()
    aws.options.update({"apps": "off"})


def test_a_shell(aws: Emulator, ssm: Any, node: str, plugin: str) -> None:
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
