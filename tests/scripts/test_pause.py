"""`studio pause`."""

from unittest.mock import MagicMock

import pytest

from tests.scripts.conftest import CommandLine


@pytest.fixture
def pause(studio: CommandLine) -> MagicMock:
    found: MagicMock = studio.replace("scripts.pause.Pause").of.return_value
    found.preview.return_value = ["deletes two endpoints"]
    return found


@pytest.mark.parametrize(
    ("words", "typed", "runs", "code"),
    [(["--yes"], "", 1, 0), ([], "pause studio", 1, 0), ([], "studio", 0, 2)],
)
def test_it_runs_once_it_is_agreed_to(
    studio: CommandLine,
    deployment: MagicMock,
    pause: MagicMock,
    words: list[str],
    typed: str,
    runs: int,
    code: int,
) -> None:
    studio.replace("studio.console.prompts.answer", typed)
    printed = studio.run("pause", *words)
    assert (printed.code, printed.out) == (code, "")
    assert "deletes two endpoints\n" in printed.err
    assert pause.run.call_count == runs
    assert deployment.call_args.kwargs["out"] == studio.out
    deployment.return_value.prepare.assert_called_once_with()


def test_a_dry_run_prints_what_it_would_do_and_does_nothing(
    studio: CommandLine, deployment: MagicMock, pause: MagicMock
) -> None:
    printed = studio.run("pause", "--dry-run")
    assert (printed.code, printed.out) == (0, "deletes two endpoints\n")
    pause.run.assert_not_called()
    deployment.assert_not_called()
    assert deployment.read_only.call_args.kwargs["out"] == studio.out
