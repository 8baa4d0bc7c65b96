"""A client of a Jupyter server in a container, and how long a kernel and a terminal may take."""

import http.client
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import websocket

from studio.images.contract.container import Container
from studio.images.contract.requirements import PORT

_ANSWER_SECONDS = 60.0
KERNEL_SECONDS = 120
_TERMINAL_SECONDS = 30

_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)
"""Errors of reading a malformed message."""


class Refused(Exception):
    """The server refused a request. The message has its response."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: str

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Refused(f"no JSON: {self.body[:80]}") from error


class Server:
    """A server at `base` ("/jupyterlab/default") on `PORT` of a container."""

    def __init__(self, container: Container, base: str) -> None:
        self._container, self._base = container, base
        # Jupyter accepts any token that is both in its cookie and in the header.
        self._token = uuid.uuid4().hex

    def run_cell(self, code: str) -> str:
        """Start the kernel python3 and run `code`; returns its output. Raises Refused."""
        kernel = self._created("/api/kernels", {"name": "python3"}, "id")
        session = uuid.uuid4().hex
        path = f"/api/kernels/{kernel}/channels?session_id={session}"
        with self._websocket(path, KERNEL_SECONDS) as stream:
            header = {
                "msg_id": uuid.uuid4().hex,
                "session": session,
                "username": "check",
                "msg_type": "execute_request",
                "version": "5.3",
            }
            content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
            stream.send(
                json.dumps(
                    {
                        "header": header,
                        "parent_header": {},
                        "metadata": {},
                        "content": content,
                        "channel": "shell",
                        "buffers": [],
                    }
                )
            )
            return self._printed(stream, str(header["msg_id"]))

    def run_in_terminal(self, typed: str, *, until: str) -> None:
        """Open a terminal, type a line, and wait for `until` in its output. Raises Refused."""
        name = self._created("/api/terminals", {}, "name")
        shown = ""
        deadline = time.monotonic() + _TERMINAL_SECONDS
        with self._websocket(f"/terminals/websocket/{name}", _TERMINAL_SECONDS) as stream:
            stream.send(json.dumps(["stdin", f"{typed}\r"]))
            while until not in shown:
                if time.monotonic() > deadline:
                    raise Refused(f"it shows {shown[-80:]!r}")
                message = _received(stream)
                if message and message[0] == "stdout":
                    shown += message[1]

    def get(self, path: str) -> Answer | None:
        """The response to a GET request; None without one. path: from the server's root."""
        return self._request("GET", path)

    def _created(self, path: str, body: dict[str, str], key: str) -> str:
        """Create a kernel or terminal; returns the member `key` of the response."""
        url = self._base + path
        # On a busy machine, a request sometimes does not reach the container.
        answer = self._request("POST", url, body) or self._request("POST", url, body)
        if answer is None:
            raise Refused(f"POST {path}: no answer")
        if answer.status not in (200, 201):
            raise Refused(f"POST {path} is answered with {answer.status} {_gist(answer.body)}")
        made = answer.json()
        if not isinstance(made, dict) or not isinstance(made.get(key), str):
            raise Refused(f"POST {path}: no {key} in the answer {answer.body[:80]!r}")
        return str(made[key])

    def _request(self, method: str, path: str, body: dict[str, str] | None = None) -> Answer | None:
        headers = {
            "Connection": "close",
            "Cookie": f"_xsrf={self._token}",
            "X-XSRFToken": self._token,
        }
        with self._container.connect(PORT) as sock:
            sock.settimeout(_ANSWER_SECONDS)
            connection = http.client.HTTPConnection("127.0.0.1", PORT)
            connection.sock = sock
            try:
                connection.request(
                    method, path, None if body is None else json.dumps(body), headers
                )
                response = connection.getresponse()
                text = response.read().decode("utf-8", "replace")
            except (OSError, http.client.HTTPException):
                return None
            return Answer(response.status, text)

    @contextmanager
    def _websocket(self, path: str, seconds: float) -> Iterator[websocket.WebSocket]:
        with self._container.connect(PORT) as sock:
            sock.settimeout(seconds)
            try:
                stream = websocket.create_connection(
                    f"ws://127.0.0.1:{PORT}{self._base}{path}",
                    timeout=seconds,
                    socket=sock,
                    cookie=f"_xsrf={self._token}",
                )
                yield stream
            except (OSError, websocket.WebSocketException) as error:
                raise Refused(f"websocket {path.partition('?')[0]}: {error}") from error
            except _UNREADABLE as error:
                where = path.partition("?")[0]
                raise Refused(f"websocket {where}: a message that is not Jupyter's") from error

    def _printed(self, stream: websocket.WebSocket, request_id: str) -> str:
        printed = ""
        replied = idle = False
        deadline = time.monotonic() + KERNEL_SECONDS
        while not (replied and idle):
            if time.monotonic() > deadline:
                raise Refused(f"the kernel did not answer within {KERNEL_SECONDS} seconds")
            message = _received(stream)
            if message.get("parent_header", {}).get("msg_id") != request_id:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "stream":
                printed += content["text"]
            elif kind == "execute_reply":
                if content["status"] != "ok":
                    raise Refused(f"the cell failed: {content.get('evalue') or content['status']}")
                replied = True
            elif kind == "status":
                idle = idle or content["execution_state"] == "idle"
        return printed


def _received(stream: websocket.WebSocket) -> Any:
    text = stream.recv()
    if not text:
        raise Refused("the server closed the connection")
    return json.loads(text)


def _gist(body: str) -> str:
    """The message of Jupyter's error."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return str(said.get("message", ""))[:160] if isinstance(said, dict) else ""
