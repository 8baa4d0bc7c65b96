"""Each message that docs/reference/troubleshooting.md explains is in the code."""

import ast
import re
from collections.abc import Iterator

from settings.paths import PROJECT

PAGE = PROJECT / "docs" / "reference" / "troubleshooting.md"
# Of AWS, or of Terraform; no command prints it itself.
_OF_OTHERS = {"DependencyViolation"}


def _strings(tree: ast.AST) -> Iterator[str]:
    """Each text of a module, with … for what is filled in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_each_message_is_in_the_code() -> None:
    rows = re.findall(r"^\| (`.*?`)(?: from .*?)? \|", PAGE.read_text(), re.MULTILINE)
    messages = {row.strip("`") for row in rows} - _OF_OTHERS
    assert len(messages) > 30
    texts = [
        text.replace("`", "'")
        for package in ("studio", "scripts", "settings", "modules", "stacks")
        for path in (PROJECT / package).rglob("*.py")
        for text in _strings(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert [message for message in messages if not _is_in(texts, message)] == []


def _is_in(texts: list[str], message: str) -> bool:
    parts = message.split("…")
    wanted = re.compile("(?:…|.+?)".join(map(re.escape, parts)))
    return any(wanted.search(text) for text in texts if all(part in text for part in parts))
