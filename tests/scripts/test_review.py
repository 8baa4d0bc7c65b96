"""The exit codes and messages of `studio review`."""

import io
import os
import sys
from pathlib import Path

import pytest

from scripts import cli
from settings import SettingsError, UserError
from studio.errors import FlagError, StepFailed
from studio.terraform.state.locks import Lock, Locked
from tests.scripts.conftest import CommandLine

PLANS = Path(__file__).parents[1] / "studio" / "plans"


@pytest.mark.parametrize("content", [None, b"{", b"\x00" * 100], ids=["none", "cut", "zeros"])
def test_a_bad_plan_file_is_one_line(content: bytes | None, studio: CommandLine) -> None:
    file = studio.folder / "domain.json"
    if content is not None:
        file.write_bytes(content)
    code, _, line = studio.run("review", "--plan", str(file))
    assert (code, line.count("\n")) == (1, 1)
    assert line.startswith("studio review: ")
    assert "domain" in line


def test_a_stack_whose_plan_is_given_twice_is_refused(studio: CommandLine) -> None:
    files = [PLANS / "zones" / "network.json", studio.folder / "network.json"]
    files[1].write_bytes(files[0].read_bytes())
    printed = studio.run("review", "--plan", str(files[0]), "--plan", str(files[1]))
    line = f"studio review: --plan {files[1]}: two files have a plan of network\n"
    assert printed == (1, "", line)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UserError("no"), 1),
        (StepFailed("no"), 1),
        (Locked(Lock(stack="network")), 1),
        (SettingsError("no"), 2),
        (FlagError("no"), 2),
    ],
)
def test_an_error_is_1_and_wrong_settings_or_flags_are_2(
    error: UserError, code: int, studio: CommandLine
) -> None:
    studio.replace("scripts.review.review_deployment").side_effect = error
    assert studio.run("review").code == code


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("missing/page.html", "not a folder"),
        ("file/page.html", "not a folder"),
        (".", "a folder"),
    ],
)
def test_a_page_that_cannot_be_written_stops_the_review_before_it_plans(
    page: str, reason: str, studio: CommandLine
) -> None:
    planned = studio.replace("scripts.review.review_deployment")
    (studio.folder / "file").touch()
    code, _, line = studio.run("review", "--html", str(studio.folder / page))
    assert (code, line.count("\n")) == (2, 1)
    assert line.startswith(f"studio review: --html {studio.folder / page}: ")
    assert reason in line
    planned.assert_not_called()


@pytest.mark.parametrize("name", [b"\x1b[31mX\nY", b"\xff", b"a" * 240, "\u202e".encode()])
@pytest.mark.parametrize("format_", ["--json", "--markdown", "--html"])
def test_a_file_name_prints_as_harmless_text(
    name: bytes, format_: str, studio: CommandLine
) -> None:
    file = studio.folder / os.fsdecode(name + b".json")
    file.write_bytes((PLANS / "zones" / "domain.json").read_bytes())
    page = studio.folder / "page.html"
    words = [format_, str(page)] if format_ == "--html" else [format_]
    code, written, _ = studio.run("review", "--plan", str(file), *words)
    assert code == 3
    written += page.read_text() if page.exists() else ""
    assert all(line.isprintable() for line in written.splitlines())


def test_a_terminal_of_ascii_gets_the_review_too(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    plan = PLANS / "removed_user" / "users.json"
    assert cli.main(["review", "--plan", str(plan)]) == 3
    sys.stdout.flush()
    assert b"\\u2212 space bob" in written.getvalue()
