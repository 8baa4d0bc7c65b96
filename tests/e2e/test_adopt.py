"""`studio state adopt` of a whole deployment whose state is lost."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.deployments import Studio


def test_a_lost_state_is_imported_again_and_the_next_up_loses_nothing(
    studio: Callable[..., Studio],
) -> None:
    it = studio()
    it.configure(users=["alice"], image=True)
    it.run("studio", "up", "--yes", "--out", str(it.out))
    held = sum(len(it.held(stack)) for stack in it.stacks())
    for state in it.folder.glob("terraform.*.tfstate*"):
        state.unlink()
    there = it.aws.inventory()
    printed = it.run("studio", "state", "adopt", "--out", str(it.out))
    assert it.aws.inventory() == there
    assert "not imported" not in printed
    assert sum(len(it.held(stack)) for stack in it.stacks()) == held
    it.run("studio", "up", "--yes", "--out", str(it.out))
    assert it.aws.inventory() == there
    it.assert_nothing_to_do()
