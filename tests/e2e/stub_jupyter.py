"""Runs in a test's image: the parts of a Jupyter server that the image check needs.

Python's own library alone, so that an image with it is made in seconds.
"""

import argparse
import base64
import contextlib
import hashlib
import http.server
import io
import json
import os
import pathlib
import socket
import socketserver
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable

BASE = "/jupyterlab/default"
ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
KERNELS = "share/jupyter/kernels/python3/kernel.json"


class Server(http.server.ThreadingHTTPServer):
    def server_bind(self) -> None:
        # http.server would look up the name of this machine.
        socketserver.TCPServer.server_bind(self)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == f"{BASE}/api/status":
            self.answer(200, {"started": "now"})
        elif path.startswith(f"{BASE}/api/kernels/"):
            self.websocket(self.run_cell)
        elif path.startswith(f"{BASE}/terminals/websocket/"):
            self.websocket(self.run_line)
        else:
            self.answer(404, {"message": "no such page"})

    def do_POST(self) -> None:
        if f"_xsrf={self.headers['X-XSRFToken']}" not in self.headers["Cookie"]:
            self.answer(403, {"message": "'_xsrf' argument missing from POST"})
        elif self.path == f"{BASE}/api/kernels":
            places = ("/usr/local", str(pathlib.Path.home() / ".local"))
            if any(pathlib.Path(place, KERNELS).exists() for place in places):
                self.answer(201, {"id": "kernel-1"})
            else:
                self.answer(500, {"message": "No such kernel named python3"})
        elif self.path == f"{BASE}/api/terminals" and not args.no_terminals:
            self.answer(200, {"name": "1"})
        else:
            self.answer(404, {"message": "no such page"})

    def answer(self, status: int, body: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def websocket(self, serve: Callable[..., None]) -> None:
        key = self.headers["Sec-WebSocket-Key"] + ACCEPT
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        accepted = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_header("Sec-WebSocket-Accept", accepted)
        self.end_headers()
        self.close_connection = True
        serve(json.loads(self.receive()))

    def receive(self) -> bytes:
        _, length = self.rfile.read(2)
        length &= 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self.rfile.read(2))
        mask = self.rfile.read(4)
        return bytes(byte ^ mask[at % 4] for at, byte in enumerate(self.rfile.read(length)))

    def send(self, message: object) -> None:
        content = json.dumps(message).encode()
        assert len(content) < 1 << 16
        self.wfile.write(struct.pack("!BBH", 0x81, 126, len(content)) + content)

    def run_cell(self, request: dict[str, dict[str, str]]) -> None:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(request["content"]["code"], {})
        for kind, content in (
            ("stream", {"name": "stdout", "text": printed.getvalue()}),
            ("execute_reply", {"status": "ok"}),
            ("status", {"execution_state": "idle"}),
        ):
            header = {"msg_type": kind}
            self.send({"header": header, "parent_header": request["header"], "content": content})

    def run_line(self, request: list[str]) -> None:
        kind, line = request
        assert kind == "stdin"
        shown = subprocess.run(
            ["bash", "-c", line.strip()], capture_output=True, text=True, timeout=20, check=False
        )
        self.send(["setup", {}])
        self.send(["stdout", line + shown.stdout])
        time.sleep(0.5)


def reach_out() -> None:
    with contextlib.suppress(OSError):
        socket.create_connection(("192.0.2.1", 443), timeout=1)


def as_in_studio() -> None:
    """Assert that the check prepares the container as Studio does."""
    assert os.getuid() == 1000, os.getuid()
    assert os.getgid() == 100, os.getgid()
    assert os.environ["SAGEMAKER_APP_TYPE"] == "JupyterLab"
    assert os.environ["AWS_REGION"] == os.environ["AWS_DEFAULT_REGION"]
    found = json.loads(pathlib.Path("/opt/ml/metadata/resource-metadata.json").read_text())
    assert found["AppType"] == "JupyterLab", found
    assert found["ExecutionRoleArn"].startswith("arn:aws:iam::")
    assert list(pathlib.Path("/home/sagemaker-user").iterdir()) == []
    for folder in ("/home/sagemaker-user", os.environ["STUDIO_LOGGING_DIR"]):
        pathlib.Path(folder, "written").write_text("")


parser = argparse.ArgumentParser()
parser.add_argument("--ip", default="0.0.0.0")
parser.add_argument("--die", action="store_true")
parser.add_argument("--reach-out", action="store_true")
parser.add_argument("--no-terminals", action="store_true")
parser.add_argument("--silent", action="store_true")
args = parser.parse_args()

try:
    as_in_studio()
except Exception:
    traceback.print_exc()
    sys.exit("not as in Studio")
if args.die:
    sys.exit("no module named jupyterlab")
if args.reach_out:
    reach_out()
if args.silent:
    time.sleep(600)
Server((args.ip, 8888), Handler).serve_forever()
