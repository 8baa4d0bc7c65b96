"""The documentation: built without a warning; the links of the README exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tools import commands_page

PROJECT = Path(__file__).resolve().parents[2]


def _build(source: Path, to: Path) -> subprocess.CompletedProcess[str]:
    """What `make docs` runs, without writing pages."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "dummy"]
    return subprocess.run(
        [*command, source, to], capture_output=True, text=True, timeout=300, check=False
    )


def test_every_page_has_a_way_to_it_and_no_link_is_dead(tmp_path: Path) -> None:
    built = _build(PROJECT / "docs", tmp_path)
    assert built.returncode == 0, built.stderr


def test_each_dead_link_and_lost_page_fails_the_build(tmp_path: Path) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    (source / "conf.py").write_bytes((PROJECT / "docs" / "conf.py").read_bytes())
    (source / "index.md").write_text("# Start\n\n[a](nowhere.md)\n\n[a](#nothing)\n")
    (source / "lost.md").write_text("# Lost\n")
    built = _build(source, tmp_path / "built")
    assert built.returncode != 0
    for warning in ("'nowhere.md'", "'nothing'", "isn't included in any toctree"):
        assert warning in built.stderr


def test_the_page_of_commands_shows_each_with_its_flags() -> None:
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
