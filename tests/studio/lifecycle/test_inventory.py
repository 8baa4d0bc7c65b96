"""What belongs to a deployment is found in its state, and by the tag and the key of its domain."""

import json

import pytest

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.errors import StepFailed
from studio.lifecycle.down import Teardown
from studio.lifecycle.inventory import deployed_resources
from tests.studio.account import REGION, Studio, delete_domain, homes_of, left_of, make_key, mark
from tests.studio.deployed import STACKS, Deployed, resource
from tests.studio.deployed_studio import deny
from tests.studio.lifecycle.samples import settings


def test_homes_of_another_deployment_in_the_vpc_are_kept(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    other = ours.make_domain("other")
    delete_domain(ours, other, homes="Retain")
    before = left_of(ours.aws, other)
    assert homes_of(other)
    it = Teardown.of(existing_vpc, deployed)
    assert [home.domain_id for home in it.live.homes] == [ours.domain_id]
    it.run()
    assert left_of(ours.aws, other) == before
    assert homes_of(ours.domain_id) == []


def test_homes_with_the_key_of_another_deployment_are_kept_in_the_own_vpc(
    ours: Studio, deployed: Deployed
) -> None:
    domains = {}
    for owner in ("ours", "ours-a"):
        domains[owner] = ours.make_domain(f"{owner}-before", KmsKeyId=make_key(ours, owner))
        delete_domain(ours, domains[owner], homes="Retain")
    live = Teardown.of(settings(), deployed).live
    assert {home.domain_id for home in live.homes} == {ours.domain_id, domains["ours"]}
    assert {group.domain_id for group in live.groups} == {ours.domain_id, domains["ours"]}


def test_other_domains_and_homes_are_those_in_the_own_vpc(
    ours: Studio, theirs: Studio, deployed: Deployed
) -> None:
    live = ours.make_domain("live")
    kept, elsewhere = (
        it.make_domain(name, KmsKeyId=make_key(it, "ours-a"))
        for it, name in ((ours, "kept"), (theirs, "elsewhere"))
    )
    (home,) = homes_of(kept)
    for it, domain in ((ours, kept), (theirs, elsewhere)):
        delete_domain(it, domain, homes="Retain")
    ours.aws.options.update({"nfs_groups_deleted_with_domain": False})
    gone, gone_elsewhere = ours.make_domain("gone"), theirs.make_domain("gone-elsewhere")
    for it, domain in ((ours, gone), (theirs, gone_elsewhere)):
        delete_domain(it, domain, homes="Delete")
    found = Teardown.of(settings(), deployed).live
    assert found.other_domains == [f"domain live ({live})"]
    assert found.other_homes == [f"home file system {home}"]
    assert [one.domain_id for one in found.homes] == [ours.domain_id]
    assert {one.domain_id for one in found.groups} == {ours.domain_id, gone}
    assert [one.listed["DomainId"] for one in found.domain] == [ours.domain_id]


def test_kept_homes_are_found_by_the_key_of_the_deployment(
    ours: Studio, deployed: Deployed, existing_vpc: Settings
) -> None:
    key = make_key(ours, "ours")
    earlier = ours.make_domain("ours-before", KmsKeyId=key)
    delete_domain(ours, earlier, homes="Retain")
    deployed.state["role"] = [resource("aws_kms_key", id=key)]
    Teardown.of(existing_vpc, deployed).run()
    assert homes_of(earlier) == []
    assert left_of(ours.aws, f"nfs-{earlier}") == []


@pytest.mark.parametrize(
    ("vpc", "tagged"), [("existing", False), ("existing", True), ("own", True), ("another", True)]
)
def test_a_domain_that_is_not_in_state_is_found_by_its_tag_and_vpc(
    ours: Studio, theirs: Studio, deployed: Deployed, existing_vpc: Settings, vpc: str, tagged: bool
) -> None:
    if tagged:
        ours.tag_domain()
    deployed.state["domain"] = []
    if vpc != "existing":
        held = ours if vpc == "own" else theirs
        deployed.state["network"].insert(0, resource("aws_vpc", id=held.vpc_id))
    wanted = existing_vpc if vpc == "existing" else settings()
    found = deployed_resources(wanted, deployed, Aws(REGION))
    assert found.domain_id == (ours.domain_id if tagged and vpc != "another" else None)


def test_a_lost_state_is_an_error(ours: Studio, deployed: Deployed) -> None:
    mark(ours, ours.vpc_id)
    deployed.state.clear()
    with pytest.raises(StepFailed, match=rf"{ours.vpc_id} has the tag .*`studio state adopt`"):
        Teardown.of(settings(), deployed)


def test_the_resources_of_a_killed_run_without_a_state_are_imported_and_destroyed(
    ours: Studio, deployed: Deployed
) -> None:
    mark(ours, ours.vpc_id)
    provider = {"aws": [{"region": REGION}]}
    (deployed.out / "cdk.tf.json").write_text(json.dumps({"provider": provider}))
    deployed.adoptable, deployed.state, deployed.begun = deployed.state, {}, {"network"}
    Teardown.of(settings(), deployed).run()
    assert deployed.destroyed == list(STACKS)


def test_credentials_of_another_account_are_an_error(ours: Studio, deployed: Deployed) -> None:
    arn = f"arn:aws:ec2:{REGION}:999999999999:vpc/{ours.vpc_id}"
    deployed.state["network"][0].attributes["arn"] = arn
    with pytest.raises(
        UserError, match=r"to account 123456789012, but the state .* account 999999999999"
    ):
        deployed_resources(settings(), deployed, Aws(REGION))


@pytest.mark.usefixtures("ours")
def test_the_gateway_of_s3_which_costs_nothing_is_none_of_the_endpoints(deployed: Deployed) -> None:
    gateway = resource("aws_vpc_endpoint", id="vpce-s3", vpc_endpoint_type="Gateway")
    deployed.state["network"].append(gateway)
    found = deployed_resources(settings(), deployed, Aws(REGION)).endpoints
    assert (len(found), "vpce-s3" in found) == (2, False)


@pytest.mark.usefixtures("ours")
def test_a_resource_without_an_id_is_not_looked_up(deployed: Deployed) -> None:
    deployed.state["role"] = [resource("aws_kms_key"), resource("aws_kms_key", id=None)]
    found = deployed_resources(settings(), deployed, Aws(REGION))
    assert not found.key_ids


@pytest.mark.usefixtures("ours")
def test_no_permission_to_list_keys_is_needed(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch, "kms", "ListKeys")
    found = deployed_resources(settings(), deployed, Aws(REGION))
    assert found.duplicate_keys == ()
