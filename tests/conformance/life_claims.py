"""Claims about the whole life of a deployment, by the real commands.

`make test` does not collect this file: there the end-to-end tests take the same steps (life.py).
"""

from __future__ import annotations

import pytest

from tests.conformance.account_life import DOWN, HELPER, NATIVE, PAUSED, UP, Life

claim = pytest.mark.claim


@claim(UP)
def test_a_deployment_goes_up_and_a_second_plan_is_empty(life: Life) -> None:
    life.ask(UP)


@claim(NATIVE)
def test_its_user_connects_natively(life: Life) -> None:
    life.ask(NATIVE)


@claim(PAUSED)
def test_it_is_paused_and_resumed(life: Life) -> None:
    life.ask(PAUSED)


@claim(HELPER)
def test_its_user_connects_by_ssh_helper(life: Life) -> None:
    life.ask(HELPER)


@claim(DOWN)
def test_nothing_is_left_of_it(life: Life) -> None:
    life.ask(DOWN)
