"""The diagram as PNG."""

import sys

import pytest

from settings import UserError
from studio.review.png import as_png


def test_without_resvg_a_png_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(UserError, match="resvg-py, which is not installed; run `make setup`"):
        as_png("<svg/>")


def test_without_a_font_a_png_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resvg_py.svg_to_bytes", lambda **_: b"blank")
    with pytest.raises(UserError, match="this system has none; install one"):
        as_png("<svg/>")
