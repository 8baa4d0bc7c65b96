"""`studio pause` deletes what AWS bills by the hour, and says what a deployment costs."""

from types import ModuleType
from unittest.mock import MagicMock

import pytest

from catalog.service_prices import HOURS_A_MONTH, NODE_HOUR
from scripts import pause, resume
from settings import Settings, UserError
from studio.aws.domain_resources import DomainResource
from studio.aws.nodes import Registration
from studio.lifecycle.inventory import DeployedResources
from studio.lifecycle.pause import Bill, Pause, bill
from tests.studio.account import REGION, Studio, client
from tests.studio.deployed import Deployed, resource
from tests.studio.lifecycle.samples import run


def test_apps_are_deleted_first_then_their_nodes_then_the_endpoints(
    in_use: Studio, deployed: Deployed
) -> None:
    """An app that starts up registers its node until it is deleted."""
    node = in_use.node("alice")
    Pause.of(Settings(name="ours"), deployed).run()
    first, *others, last = [line for line in deployed.said if line.startswith("deleted ")]
    assert first == "deleted   app alice/JupyterLab"
    assert any(node in line for line in others)
    assert last == "deleted   2 interface endpoints"


def test_only_the_endpoints_of_the_deployment_are_deleted(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    ec2 = client(ours.aws, "ec2")
    theirs = ec2.create_vpc_endpoint(
        VpcId=ours.vpc_id, ServiceName=f"com.amazonaws.{REGION}.ssm",
        VpcEndpointType="Interface", SubnetIds=ours.subnet_ids, PrivateDnsEnabled=False,
    )["VpcEndpoint"]["VpcEndpointId"]  # fmt: skip
    Pause.of(existing_vpc, deployed).run()
    left = [one["VpcEndpointId"] for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]]
    assert left == [theirs]


def test_the_preview_names_another_domain_that_uses_the_endpoints(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    other = ours.make_domain("ours-a")
    shown = list(Pause.of(existing_vpc, deployed).preview())
    assert shown[2] == f"! they also serve domain ours-a ({other}), in the same VPC"


def test_the_preview_has_deletions_and_costs(in_use: Studio, paused: Deployed) -> None:
    in_use.node("alice")
    paused.state["role"] = [resource("aws_kms_key", id=id_) for id_ in ("one", "two")]
    before = in_use.aws.inventory()
    assert run(pause, paused, "--dry-run") == 0
    assert paused.said[1:] == [
        "Deleted:",
        "  2 x interface endpoint, until `studio resume`",
        "  1 x app: alice/JupyterLab; unsaved work is lost",
        "  2 x node or activation in Systems Manager",
        # 2 endpoints in 2 zones, an ml.t3.large, a node; 2 keys at 1 USD a month.
        "It costs 3.59 USD a day (endpoints 0.96, apps 2.40, nodes 0.17, keys 0.07; us-east-1) "
        "now, 0.07 USD a day while paused.",
    ]
    assert in_use.aws.inventory() == before


def test_a_paused_deployment_is_not_paused_again(paused: Deployed) -> None:
    assert run(pause, paused, "--yes") == 0
    paused.said.clear()
    assert run(pause, paused) == 0, "nothing is asked"
    assert paused.said[1].startswith("Already paused: no interface endpoint, app or node exists")
    assert paused.said[2].startswith("It costs 0.00 USD a day")


def test_without_own_endpoints_there_is_nothing_to_pause(paused: Deployed) -> None:
    del paused.state["network"][1:]
    assert run(pause, paused) == 0
    nothing = "Nothing to pause: no app or node exists, and no interface endpoint of its own."
    assert paused.said[-2] == nothing


def test_without_own_endpoints_apps_and_nodes_are_deleted(in_use: Studio, paused: Deployed) -> None:
    del paused.state["network"][1:]
    assert run(pause, paused, "--yes") == 0
    assert "deleted   app alice/JupyterLab" in paused.said
    in_use.node("alice")
    assert run(pause, paused, "--yes") == 0
    assert paused.said[-2].startswith("It costs 0.00 USD a day")
    assert in_use.aws.client("ssm").describe_instance_information()["InstanceInformationList"] == []


@pytest.mark.parametrize("command", [pause, resume])
def test_without_a_deployment_or_its_domain_it_is_an_error(
    ours: Studio, paused: Deployed, command: ModuleType
) -> None:
    """Without a domain: `studio down` kept the homes, or a first `studio up` was interrupted."""
    client(ours.aws, "sagemaker").delete_domain(DomainId=ours.domain_id)
    del paused.state["domain"]
    assert run(pause, paused, "--yes") == 0, "its endpoints are billed"
    assert "  2 x interface endpoint, until `studio up`" in paused.said
    assert not any("`studio resume`" in line for line in paused.said)
    with pytest.raises(UserError, match="there is no domain; run `studio up`"):
        run(command, paused)
    assert paused.done == []
    paused.state.clear()
    with pytest.raises(UserError, match="nothing is deployed; run `studio up`"):
        run(command, paused)


def app(instance: str | None) -> DomainResource:
    listed = {"ResourceSpec": {"InstanceType": instance} if instance else {}}
    return DomainResource(key=(), name="alice", status="InService", listed=listed)


def bill_of(apps: list[DomainResource], *nodes: Registration) -> Bill:
    """The bill for these, and for three keys."""
    deployed = DeployedResources(
        name="studio", domain_id="d-1", vpc_id=None, keys={"role": 2, "network": 1}
    )
    live = MagicMock(aws=None, deployed=deployed, apps=apps, registrations=nodes)
    return bill(live)


def test_each_app_each_node_and_each_key_is_billed() -> None:
    nodes = [MagicMock(Registration, is_node=is_node) for is_node in (True, True, False)]
    found = bill_of([app("ml.t3.large")] * 2, *nodes)
    assert (found.apps, found.nodes) == (0.2, 2 * NODE_HOUR)
    assert found.keys == pytest.approx(3 / HOURS_A_MONTH)
    assert found.per_day == pytest.approx(24 * (found.apps + found.nodes + found.keys))
    assert found.paused.per_day == pytest.approx(24 * found.keys)


def test_instances_without_a_known_price_are_named() -> None:
    types = ["ml.new.large", "ml.t3.large", "ml.new.large", None]
    found = bill_of(list(map(app, types)))
    assert (found.apps, found.unpriced) == (0.1, ("ml.new.large",))
    assert "keys 0.10, and ml.new.large; us-east-1)" in str(found)
    assert "ml.new" not in str(found.paused)
