"""The page of commands, and the links of the README."""

from __future__ import annotations

import re
from pathlib import Path

from tools import commands_page

PROJECT = Path(__file__).resolve().parents[2]


def test_the_page_of_commands_has_each_command_with_its_flags() -> None:
    page = (PROJECT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    text = commands_page.filled(page)
    assert commands_page.MARKER not in text
    assert {"up", "review", "connect", "down", "state"} <= set(commands_page.names())
    assert [name for name in commands_page.names() if f"usage: studio {name}" not in text] == []
    assert "usage: studio image check" in text
    assert "--allow ADDRESS" in text
    assert str(PROJECT) not in text


def test_links_of_the_readme_exist() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"(?:\]\(|src=\")(?!https?:)([^)#\"]+)", text)
    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []
