"""Claims about a whole deployment, by the commands of ``studio``.

`make test` does not collect this file; see deployment_steps.py.
"""

from __future__ import annotations

import pytest

from tests.conformance.checked_deployment import (
    DOWN,
    HELPER,
    NATIVE,
    PAUSED,
    UP,
    CheckedDeployment,
)

claim = pytest.mark.claim


@claim(UP)
def test_up_deploys_and_a_second_plan_is_empty(deployment: CheckedDeployment) -> None:
    deployment.wait_for(UP)


@claim(NATIVE)
def test_a_user_connects_natively(deployment: CheckedDeployment) -> None:
    deployment.wait_for(NATIVE)


@claim(PAUSED)
def test_the_deployment_can_be_paused_and_resumed(deployment: CheckedDeployment) -> None:
    deployment.wait_for(PAUSED)


@claim(HELPER)
def test_a_user_connects_through_ssh_helper(deployment: CheckedDeployment) -> None:
    deployment.wait_for(HELPER)


@claim(DOWN)
def test_down_deletes_everything(deployment: CheckedDeployment) -> None:
    deployment.wait_for(DOWN)
