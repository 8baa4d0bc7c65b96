"""The commands that docs/ shows with their output print it, on a deployment where alice works.

A block ``console`` has lines ``$ studio ...``, each with output. ``…`` stands for anything.
Standard output is shown in full; of standard error, a page may show a part.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts import cli
from tests.studio.deployed_studio import DeployedStudio

DOCS = Path(__file__).resolve().parents[2] / "docs"
WITH_STATE = ("status", "connect", "stop")


@dataclass(frozen=True, kw_only=True)
class Shown:
    words: tuple[str, ...]
    lines: tuple[str, ...]


def shown(page: Path) -> Iterator[Shown]:
    """Each command of a page, in order."""
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
        for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, *output = command.splitlines()
            program, *words = line.split()
            assert program == "studio", line
            yield Shown(words=tuple(words), lines=tuple(output))


PAGES = [page for page in sorted(DOCS.glob("how-to/*.md")) if any(shown(page))]


def matches(wanted: str, line: str) -> bool:
    """Whether a line of output is the one that is shown; spaces count as one."""
    pattern = ".*".join(re.escape(part) for part in " ".join(wanted.split()).split("…"))
    return re.search(pattern, " ".join(line.split())) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_a_page_shows_what_its_commands_print(
    page: Path, deployed_studio: DeployedStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    deployed_studio.start("alice")
    for command in shown(page):
        state = ("--out", str(tmp_path / "cdktf.out")) if command.words[0] in WITH_STATE else ()
        results, everything = _run([*command.words, *state])
        found = iter(everything)
        for wanted in command.lines:
            assert any(matches(wanted, line) for line in found), (wanted, everything)
        for line in results:
            assert any(matches(wanted, line) for wanted in command.lines), line


def test_there_are_pages() -> None:
    assert {page.stem for page in PAGES} >= {"connect", "destroy", "status"}


def _run(words: list[str]) -> tuple[list[str], list[str]]:
    """The lines of standard output, and those of both streams in their order."""
    everything = io.StringIO()

    class Results(io.StringIO):
        def write(self, text: str) -> int:
            everything.write(text)
            return super().write(text)

    results = Results()
    with contextlib.redirect_stdout(results), contextlib.redirect_stderr(everything):
        assert cli.main(words) == 0, everything.getvalue()
    return results.getvalue().splitlines(), everything.getvalue().splitlines()
