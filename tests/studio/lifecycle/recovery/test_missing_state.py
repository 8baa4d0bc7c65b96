"""A deployment whose state is lost is found by its tags, in its own VPC or in an existing one."""

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.errors import StepFailed
from studio.lifecycle.recovery.missing_state import refuse_second_deployment
from studio.lifecycle.up import up
from tests.studio.account import REGION, Studio, client, mark
from tests.studio.deployed import Deployed


@pytest.mark.parametrize("tagged", ["nothing", "another VPC", "domain", "network"])
def test_a_second_deployment_of_the_same_name_is_refused(
    ours: Studio, theirs: Studio, deployed: Deployed, existing_vpc: Settings, tagged: str
) -> None:
    deployed.state.clear()
    endpoint, *_ = client(ours.aws, "ec2").describe_vpc_endpoints()["VpcEndpoints"]
    refused: list[str] = []
    match tagged:
        case "another VPC":
            mark(ours, theirs.group_id)
        case "domain":
            ours.tag_domain()
            refused = [ours.domain_id]
        case "network":
            refused = [endpoint["VpcEndpointId"], ours.group_id]
            mark(ours, *refused)
    if not refused:
        refuse_second_deployment(existing_vpc, deployed, Aws(REGION))
        return
    words = f"^{', '.join(refused)} has the tag .* but no state here holds it"
    with pytest.raises(StepFailed, match=words):
        refuse_second_deployment(existing_vpc, deployed, Aws(REGION))


def test_up_does_not_create_a_domain_again_whose_state_is_lost(
    ours: Studio, deployed: Deployed
) -> None:
    settings = Settings.model_validate({"name": "ours"})
    deployed.state["domain"] = []
    refuse_second_deployment(settings, deployed, Aws(REGION))
    ours.tag_domain()
    with pytest.raises(StepFailed, match="run `studio state adopt`") as raised:
        up(settings, deployed, push=lambda: None)
    assert str(raised.value).startswith(f"{ours.domain_id} has the tag")
    deployed.mark_unfinished(["domain"])
    refuse_second_deployment(settings, deployed, Aws(REGION))
