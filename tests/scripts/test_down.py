"""`studio down`."""

from unittest.mock import MagicMock

import pytest

from tests.scripts.conftest import CommandLine

pytestmark = pytest.mark.usefixtures("deployment")
DESTROYED = "Destroyed: users, domain\n"
SAID = "Destroying 'studio' in account 1, us-east-1\ndeletes the domain\n"


@pytest.fixture
def teardown(studio: CommandLine) -> MagicMock:
    found = studio.replace("scripts.down.Teardown")
    found.of.return_value.preview.return_value = ["deletes the domain"]
    found.of.return_value.destroyed = ["users", "domain"]
    return found


@pytest.mark.parametrize(
    ("words", "typed", "printed"),
    [
        (["--yes"], "", (0, DESTROYED, SAID)),
        ([], "destroy studio", (0, DESTROYED, SAID)),
        (["--yes", "--quiet"], "", (0, DESTROYED, "")),
        ([], "studio", (2, "", f"{SAID}studio down: nothing was destroyed\n")),
    ],
)
def test_it_destroys_once_it_is_agreed_to(
    studio: CommandLine,
    teardown: MagicMock,
    words: list[str],
    typed: str,
    printed: tuple[int, str, str],
) -> None:
    studio.replace("studio.console.prompts.answer", typed)
    assert studio.run("down", *words) == printed
    assert teardown.of.return_value.run.called == (printed[0] == 0)


def test_without_a_stack_in_state_none_is_destroyed(
    studio: CommandLine, teardown: MagicMock
) -> None:
    teardown.of.return_value.destroyed = []
    assert studio.run("down", "--yes").out == "No stack was left to destroy.\n"


def test_a_dry_run_prints_what_it_would_do_and_does_nothing(
    studio: CommandLine, deployment: MagicMock, teardown: MagicMock
) -> None:
    printed = studio.run("down", "--dry-run")
    assert (printed.code, printed.out) == (0, "deletes the domain\n")
    deployment.assert_not_called()
    teardown.of.return_value.run.assert_not_called()


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ([], {"keep_homes": False, "only_users": False}),
        (["--keep-homes"], {"keep_homes": True, "only_users": False}),
        (["--only", "users"], {"keep_homes": False, "only_users": True}),
    ],
)
def test_what_is_to_be_kept_is_passed_on(
    studio: CommandLine, teardown: MagicMock, words: list[str], given: dict[str, bool]
) -> None:
    assert studio.run("down", "--yes", *words).code == 0
    assert teardown.of.call_args.kwargs == given
