"""`studio state adopt` of a whole deployment whose state is lost."""

from __future__ import annotations

from collections.abc import Callable

from studio.terraform.state.folder import Folder
from tests.e2e.deployments import Studio


def test_a_lost_state_is_imported_again_and_the_next_up_loses_nothing(
    studio: Callable[..., Studio],
) -> None:
    it = studio()
    it.configure(users=["alice"], image=True)
    it.up()
    before = held(it)
    for state in it.folder.glob("terraform.*.tfstate*"):
        state.unlink()
    there = it.aws.inventory()
    printed = it.run("studio", "state", "adopt", "--out", str(it.out))
    assert it.aws.inventory() == there
    assert "not imported" not in printed
    assert held(it) == before
    it.up()
    assert it.aws.inventory() == there
    it.assert_nothing_to_do()


def held(it: Studio) -> dict[str, list[str]]:
    """The addresses in each state."""
    folder = Folder(it.folder)
    states = {stack: folder.read(stack) for stack in folder.stacks()}
    return {
        stack: sorted(resource.address for resource in state.resources)
        for stack, state in states.items()
        if state is not None
    }
