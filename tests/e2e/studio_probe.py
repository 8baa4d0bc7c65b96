"""Runs in an image, with its Python, and uses JupyterLab as Studio and a user do.

argv: the image's entrypoint and its arguments. Prints one JSON object.
"""

import http.cookiejar
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from websocket import WebSocket, create_connection

HOST = "127.0.0.1:8888/jupyterlab/default"
START_SECONDS = 120
COOKIES = http.cookiejar.CookieJar()
BROWSER = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(COOKIES))
CELL = """
import boto3, numpy, pandas, sagemaker, sagemaker_ssh_helper.wrapper
print(numpy.arange(13).sum(), sagemaker.Session)
"""
SHELL = {
    "sudo": "sudo -n id -u",
    "host keys": "ls /etc/ssh/ | grep -c ssh_host || true",
    "tools": "command -v curl tar gzip unzip ssh-keygen jq perl",
    "aws": "aws --version",
    "sshd": "sudo ssh-keygen -A && sudo /usr/sbin/sshd -T | sort",
    "seelog": "cat /etc/amazon/ssm/seelog.xml",
    "configure": "sudo sm-ssh-ide configure --ssh-only",
    "login": "bash -lc 'command -v sm-ssh-ide python && pip check'",
    "pip": "test -w /opt/studio/lib/python3.11/site-packages",
    "start": "sudo sm-save-env"
    " && sudo -E bash -lc '. sm-helper-functions; _locale_gen; _start_sshd'"
    # sshd detaches before it listens.
    " && timeout 30 sh -c"
    " 'until ssh-keyscan -t ed25519 127.0.0.1 2>/dev/null | grep .; do sleep 0.2; done'",
}


def ask(path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://{HOST}/{path}", data=data)
    request.add_header("Content-Type", "application/json")
    for cookie in COOKIES:
        request.add_header("X-XSRFToken", cookie.value or "")
    with BROWSER.open(request, timeout=10) as answer:
        return json.load(answer)


def wait_until_healthy(server: "subprocess.Popen[bytes]") -> None:
    """Wait until the health URL answers."""
    since = time.monotonic()
    while time.monotonic() - since < START_SECONDS and server.poll() is None:
        try:
            ask("api/status")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"no answer within {START_SECONDS} s; server's exit code: {server.poll()}")


def connect(path: str) -> WebSocket:
    return create_connection(f"ws://{HOST}/{path}", timeout=30, origin="https://studio.example")


def cell() -> str:
    """The output of a cell in a new default kernel."""
    kernel = ask("api/kernels", {})["id"]
    channel = connect(f"api/kernels/{kernel}/channels")
    header = {"msg_id": "1", "msg_type": "execute_request", "session": "1", "version": "5.3"}
    content = {"code": CELL, "silent": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    channel.send(json.dumps({**message, "channel": "shell"}))
    printed = ""
    while True:
        got = json.loads(channel.recv())
        if got["msg_type"] == "stream" and got["content"]["name"] == "stdout":
            printed += got["content"]["text"]
        if got["msg_type"] == "error":
            raise SystemExit("\n".join(got["content"]["traceback"]))
        asked = got["parent_header"].get("msg_type") == "execute_request"
        if asked and got["content"].get("execution_state") == "idle":
            return printed


def terminal() -> str:
    """The output of a new terminal, until the output of a command."""
    channel = connect(f"terminals/websocket/{ask('api/terminals', {})['name']}")
    channel.send(json.dumps(["stdin", 'echo "$BASH_VERSION" answer=$((6 * 7))\r']))
    shown = ""
    while "answer=42" not in shown:
        kind, *rest = json.loads(channel.recv())
        shown += rest[0] if kind == "stdout" else ""
    return shown


def shell(command: str) -> dict[str, Any]:
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False
    )
    return {"code": done.returncode, "out": done.stdout, "err": done.stderr}


with subprocess.Popen(sys.argv[1:]) as process:
    try:
        wait_until_healthy(process)
        findings = {
            "page": BROWSER.open(f"http://{HOST}/lab", timeout=10).status,
            "ids": [os.getuid(), os.getgid()],
            "specs": ask("api/kernelspecs"),
            "cell": cell(),
            "terminal": terminal(),
            "idle": ask("api/idle"),
            "shell": {name: shell(command) for name, command in SHELL.items()},
        }
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
print(json.dumps(findings))
