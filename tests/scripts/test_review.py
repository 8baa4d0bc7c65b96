"""The exit codes and messages of `studio review`."""

import io
import os
import sys
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from scripts import cli, review
from settings import SettingsError, UserError
from studio.errors import FlagError, StepFailed
from studio.terraform.state.locks import Lock, Locked

PLANS = Path(__file__).parents[1] / "studio" / "plans"


@pytest.mark.parametrize("content", [None, b"{", b"\x00" * 100], ids=["none", "cut", "zeros"])
def test_a_bad_plan_file_is_one_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "domain.json"
    if content is not None:
        file.write_bytes(content)
    assert cli.main(["review", "--plan", str(file)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("studio review: ")
    assert "domain" in line


def test_a_stack_whose_plan_is_given_twice_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [PLANS / "zones" / "network.json", tmp_path / "network.json"]
    files[1].write_bytes(files[0].read_bytes())
    assert cli.main(["review", "--plan", str(files[0]), "--plan", str(files[1])]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"studio review: --plan {files[1]}: two files have a plan of network"


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
    error: UserError, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "review_deployment", MagicMock(side_effect=error))
    assert cli.main(["review"]) == code


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("missing/page.html", "not a folder"),
        ("file/page.html", "not a folder"),
        (".", "a folder"),
    ],
)
def test_a_page_that_cannot_be_written_stops_the_review_before_it_plans(
    page: str,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(review, "review_deployment", lambda *_, **__: pytest.fail("planned"))
    (tmp_path / "file").touch()
    assert cli.main(["review", "--html", str(tmp_path / page)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"studio review: --html {tmp_path / page}: ")
    assert reason in line


@pytest.mark.parametrize("name", [b"\x1b[31mX\nY", b"\xff", b"a" * 240, "\u202e".encode()])
@pytest.mark.parametrize("format_", ["--json", "--markdown", "--html"])
def test_a_file_name_prints_as_harmless_text(
    name: bytes, format_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name + b".json"))
    file.write_bytes((PLANS / "zones" / "domain.json").read_bytes())
    page = tmp_path / "page.html"
    words = [format_, str(page)] if format_ == "--html" else [format_]
    assert cli.main(["review", "--plan", str(file), *words]) == 3
    written = capsys.readouterr().out + (page.read_text() if page.exists() else "")
    assert all(line.isprintable() for line in written.splitlines())


def test_a_terminal_of_ascii_gets_the_review_too(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    plan = PLANS / "removed_user" / "users.json"
    assert cli.main(["review", "--plan", str(plan)]) == 3
    sys.stdout.flush()
    assert b"\\u2212 space bob" in written.getvalue()
