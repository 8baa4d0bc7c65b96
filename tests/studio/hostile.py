"""Answers that are cut short or hostile, and what every one of them has to become: a line."""

import contextlib
import http.server
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from settings import UserError

anything = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXT = st.text(max_size=30) | st.sampled_from(
    ["../../etc/passwd", "\x1b[2J\r\n", "\u202e", "a" * 300_000, "--config=x", "sha256:" + "0" * 64]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
HUGE = b'"' + b"a" * 10_000_000 + b'"'
HOSTILE = [b"", b"\x00", b"[" * 200_000, b"1" * 5_000, b'{"version": 4}', HUGE, b"\xff\xfe"]


def in_one_line(action: Callable[[], Any]) -> Any:
    """The result, or the line; any other exception fails the test."""
    try:
        return action()
    except UserError as error:
        line = str(error)
        assert line.isprintable()
        assert 10 < len(line) < 2200
        return line


def members(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that have these members, of any kind, or some of them."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, JSON))


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers everything with what the test put there."""

    content: bytes = b""
    status = 200

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(type(self).status)
        self.send_header("Content-Length", str(len(type(self).content)))
        with contextlib.suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(type(self).content)

    do_GET = do_HEAD = do_POST = do_PUT = _answer

    def log_message(self, *_: object) -> None:
        pass
