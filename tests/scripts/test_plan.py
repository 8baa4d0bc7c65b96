"""`studio plan`."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.scripts.conftest import CommandLine


@pytest.mark.parametrize(
    ("words", "found", "changes", "code", "use"),
    [
        ([], 0, True, 0, "applies them"),
        (["--detailed-exitcode"], 0, True, 4, "applies them"),
        (["--detailed-exitcode"], 0, False, 0, "applies them"),
        (["--detailed-exitcode"], 3, True, 3, "refuses them: data is at risk"),
        ([], 1, True, 1, "applies them"),
    ],
)
def test_the_exit_code_is_that_of_the_review(
    studio: CommandLine, words: list[str], found: int, changes: bool, code: int, use: str
) -> None:
    review = SimpleNamespace(exit_code=found)
    planned = (review, SimpleNamespace(has_changes=changes))
    plan = studio.replace("scripts.plan.plan_deployment", planned)
    shown = studio.replace("scripts.review.as_text", "the review as text")
    printed = studio.run("plan", "--out", "plans", "--allow", "aws_vpc.vpc", "--all", *words)
    saved = f"Plans saved: `studio apply plans` {use}\n"
    assert printed == (code, "the review as text\n", saved)
    shown.assert_called_once_with(review, every_change=True)
    given = plan.call_args.kwargs
    assert (given["out"], given["folder"]) == (studio.out, Path("plans"))
    assert given["allow"] == ["aws_vpc.vpc"]


def test_a_folder_that_cannot_hold_plans_is_a_wrong_flag(studio: CommandLine) -> None:
    plan = studio.replace("scripts.plan.plan_deployment")
    file, stacks = studio.folder / "file", studio.out.parent / ".." / "studio.studio" / "cdktf.out"
    file.touch()
    for folder in (studio.folder, file, file / "plans", stacks):
        code, _, error = studio.run("plan", "--out", str(folder))
        assert code == 2
        assert error.startswith(f"studio plan: --out {folder}: ")
    assert error.endswith(": another folder than that of --stacks is expected\n")
    plan.assert_not_called()
