"""`studio sweep --dry-run`: its list is a result, so no flag silences it."""

import pytest

from tests.scripts.conftest import CommandLine


@pytest.fixture(autouse=True)
def _nothing_left(studio: CommandLine) -> None:
    studio.replace("scripts.sweep.leftovers", [])


@pytest.mark.parametrize("flags", [[], ["--quiet"], ["--verbose"]])
def test_the_list_is_printed_on_standard_output(studio: CommandLine, flags: list[str]) -> None:
    lines = "Left by earlier deployments in account 1, us-east-1:\n      nothing\n"
    assert studio.run("sweep", "--dry-run", *flags) == (0, lines, "")


def test_a_quiet_sweep_prints_its_result_alone(studio: CommandLine) -> None:
    assert studio.run("sweep", "--yes", "--quiet") == (0, "      nothing\n", "")
