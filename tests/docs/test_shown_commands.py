"""The commands that docs/ shows with their output print it, on a deployment where alice works.

A block ``console`` has lines ``$ studio ...``, each with output. ``…`` stands for anything, alone
in a line for any lines. Standard output is shown in full; of standard error, a page may show a
part. ``$ echo $?`` shows an exit code other than 0. A block ``toml`` adds to the settings.
"""

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts import cli
from scripts.help import COMMANDS
from scripts.parsers import studio_parser
from settings.paths import PROJECT
from studio.doctor.checks import CHECKS
from tests.studio.deployed_studio import DeployedStudio

WITH_STATE = ("status", "connect", "stop", "doctor")
ELSEWHERE = {
    "up": "tests/e2e/test_versions.py",
    "review": "tests/e2e/test_review.py",
    "plan": "tests/examples/test_pipelines.py",
    "apply": "tests/examples/test_pipelines.py",
    "pause": "tests/studio/lifecycle/test_pause.py",
    "resume": "tests/studio/lifecycle/test_resume.py",
    "down": "tests/e2e/test_down.py",
    "state move": "tests/studio/terraform/state/test_move.py",
    "state adopt": "tests/e2e/test_versions.py",
    "push": "tests/e2e/test_push.py",
    "image check": "tests/e2e/test_image_check.py",
    "diagram": "tests/scripts/test_diagram.py",
    "demo": "tests/e2e/test_demo_people.py",
    "emulator": "tests/scripts/test_emulator.py",
    "completion": "tests/scripts/test_parsers.py",
}
"""Commands that need Terraform, a container engine or minutes, and the tests that run them."""

COMPARED_ELSEWHERE = {
    "studio up: data is at risk because of network.zones = 3: ...": "tests/e2e/test_review.py",
    "existing-roles: arn:aws:iam::111122223333:role/teams/vision lacks kms:CreateGrant; ask the "
    "identity": "tests/studio/doctor/test_existing_roles.py",
}
"""Errors that a page shows alone, and the tests that compare them."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    words: tuple[str, ...]
    lines: tuple[str, ...]
    code: int


def shown(page: Path) -> Iterator[Shown]:
    """Each command of a page that is shown with its output, in order."""
    for block in _blocks(page, "console"):
        commands = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        for number, command in enumerate(commands):
            line, *output = command.splitlines()
            if line == "echo $?":
                continue
            program, *words = line.split()
            assert program == "studio", line
            after = commands[number + 1 : number + 2]
            code = int(after[0].splitlines()[1]) if after and after[0].startswith("echo") else 0
            yield Shown(words=tuple(words), lines=tuple(filter(None, output)), code=code)


def typed(page: Path) -> Iterator[tuple[str, ...]]:
    """The words of each command of ``studio`` that a page shows without output."""
    for line in re.findall(
        r"^    (?:\.venv/bin/)?studio ([^\n:]*)$", page.read_text(), re.MULTILINE
    ):
        words = shlex.split(line.partition(" >")[0], comments=True)
        yield tuple(words)


def name(words: tuple[str, ...]) -> str:
    """The command, and of ``image`` and ``state`` what it does."""
    if words[0] == "--config":
        words = words[2:]
    return " ".join(words[:2] if words[0] in ("image", "state") else words[:1])


def _blocks(page: Path, language: str) -> list[str]:
    pattern = rf"^```{language}\n(.*?)^```"
    return re.findall(pattern, page.read_text(), re.MULTILINE | re.DOTALL)


ALL_PAGES = [*sorted(PROJECT.glob("docs/**/*.md")), PROJECT / "README.md"]
PAGES = [page for page in ALL_PAGES if any(shown(page))]


def matches(wanted: str, line: str) -> bool:
    """Whether a line of output is the one that is shown; spaces count as one."""
    pattern = ".*".join(re.escape(part) for part in " ".join(wanted.split()).split("…"))
    return re.search(pattern, " ".join(line.split())) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_a_page_shows_what_its_commands_print(
    page: Path, deployed_studio: DeployedStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    if settings := _blocks(page, "toml"):
        config = tmp_path / "studio.toml"
        config.write_text("\n".join([(PROJECT / "studio.toml").read_text(), *settings]))
        monkeypatch.setenv("STUDIO_CONFIG", str(config))
    deployed_studio.start("alice")
    for command in shown(page):
        state = ("--out", str(tmp_path / "cdktf.out")) if command.words[0] in WITH_STATE else ()
        code, results, everything = _run([*command.words, *state])
        assert code == command.code, everything
        found = iter(everything)
        for wanted in command.lines:
            if wanted != "…":
                assert any(matches(wanted, line) for line in found), (wanted, everything)
        for line in filter(None, results):
            assert any(matches(wanted, line) for wanted in command.lines), line


def test_there_are_pages() -> None:
    assert {page.stem for page in PAGES} >= {"connect", "destroy", "status", "costs", "commands"}


def test_each_command_of_the_pages_is_compared_or_run_by_a_test_that_is_named() -> None:
    compared = {name(command.words) for page in PAGES for command in shown(page)}
    without_output = {name(words) for page in ALL_PAGES for words in typed(page)}
    assert len(without_output) > 10
    assert without_output - compared <= set(ELSEWHERE)
    assert [path for path in ELSEWHERE.values() if not (PROJECT / path).is_file()] == []
    assert set(ELSEWHERE) & compared == set()


def test_output_that_is_shown_outside_of_a_compared_block_has_a_test_that_is_named() -> None:
    names = "|".join([*COMMANDS, *(check.name for check in CHECKS)])
    printed = re.compile(rf"^    ((?:studio )?(?:{names}): .*)$", re.MULTILINE)
    found = {line for page in ALL_PAGES for line in printed.findall(page.read_text())}
    assert found == set(COMPARED_ELSEWHERE)
    assert [p for p in COMPARED_ELSEWHERE.values() if not (PROJECT / p).is_file()] == []


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: str(page.stem))
def test_the_parser_takes_each_command_of_a_page(page: Path) -> None:
    for words in typed(page):
        studio_parser()[0].parse_args(words)


def test_each_make_target_of_the_pages_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for page in [*ALL_PAGES, PROJECT / "CONTRIBUTING.md"]
        for target in re.findall(r"(?:^    |`)make ([a-z-]+)", page.read_text(), re.MULTILINE)
    }
    assert len(named) > 5
    assert named <= targets


def _run(words: list[str]) -> tuple[int, list[str], list[str]]:
    """The exit code, the lines of standard output, and those of both streams in their order."""
    everything = io.StringIO()

    class Results(io.StringIO):
        def write(self, text: str) -> int:
            everything.write(text)
            return super().write(text)

    results = Results()
    with contextlib.redirect_stdout(results), contextlib.redirect_stderr(everything):
        try:
            code = cli.main(words)
        except SystemExit as exit_:
            code = int(exit_.code or 0)
    return code, results.getvalue().splitlines(), everything.getvalue().splitlines()
