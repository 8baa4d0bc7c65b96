"""Claims about a whole deployment, by the commands of ``studio``.

`make test` does not collect this file; see deployment_steps.py.
"""

import pytest

from tests.conformance.checked_deployment import CLAIMS_OF_A_DEPLOYMENT, CheckedDeployment


@pytest.mark.parametrize(
    "id_", [pytest.param(id_, marks=pytest.mark.claim(id_)) for id_ in CLAIMS_OF_A_DEPLOYMENT]
)
def test_step_of_a_deployment(deployment: CheckedDeployment, id_: str) -> None:
    deployment.wait_for(id_)
