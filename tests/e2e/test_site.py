"""The documentation as a site, built without a warning."""

import subprocess
import sys
from pathlib import Path

from settings.paths import PROJECT
from studio.processes.children import captured


def _build(source: Path, to: Path) -> subprocess.CompletedProcess[str]:
    """What `make docs` runs, without writing pages."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "dummy"]
    return captured([*command, source, to], seconds=300)


def test_every_page_is_in_the_navigation_and_no_link_is_dead(tmp_path: Path) -> None:
    built = _build(PROJECT / "docs", tmp_path)
    assert built.returncode == 0, built.stderr


def test_a_dead_link_or_a_page_outside_the_navigation_fails_the_build(tmp_path: Path) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    (source / "conf.py").write_bytes((PROJECT / "docs" / "conf.py").read_bytes())
    (source / "index.md").write_text("# Start\n\n[a](nowhere.md)\n\n[a](#nothing)\n")
    (source / "lost.md").write_text("# Lost\n")
    built = _build(source, tmp_path / "built")
    assert built.returncode != 0
    for warning in ("'nowhere.md'", "'nothing'", "isn't included in any toctree"):
        assert warning in built.stderr
