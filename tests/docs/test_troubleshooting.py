"""Each message that docs/reference/troubleshooting.md explains is in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "reference" / "troubleshooting.md"
# Of AWS, or of Terraform; no command prints it itself.
_OF_OTHERS = {"DependencyViolation"}


def _messages() -> list[str]:
    rows = re.findall(r"^\| (`.*?`)(?: from .*?)? \|", PAGE.read_text(), re.MULTILINE)
    return [row.strip("`") for row in rows if row.strip("`") not in _OF_OTHERS]


@cache
def _texts() -> tuple[str, ...]:
    return tuple(
        text.replace("`", "'")
        for package in ("studio", "scripts", "settings", "modules", "stacks")
        for path in (PROJECT / package).rglob("*.py")
        for text in _strings(ast.parse(path.read_text(encoding="utf-8")))
    )


def _strings(tree: ast.AST) -> Iterator[str]:
    """Each text of a module, with … for what is filled in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("message", _messages())
def test_the_message_is_in_the_code(message: str) -> None:
    parts = [re.escape(part) for part in message.split("…")]
    wanted = re.compile("(?:…|.+?)".join(parts))
    assert any(wanted.search(text) for text in _texts()), message


def test_the_page_is_read() -> None:
    assert len(_messages()) > 30
