"""The id of a domain by its name, and the deletion of its resources."""

from typing import Any
from unittest.mock import DEFAULT, MagicMock

import pytest

from settings import UserError
from studio.aws.client import Aws
from studio.aws.domain_resources import (
    APPS,
    DOMAIN,
    PROFILES,
    SPACES,
    ResourceType,
    delete_resources,
    domain_ids,
    find_domain,
    list_described,
    list_resources,
)
from studio.aws.errors import AwsError
from studio.errors import StepFailed
from studio_emulator.studio.store import STORES
from tests.studio.account import ACCOUNT, REGION, Studio
from tests.studio.deployed_studio import DeployedStudio

AWS = Aws(REGION)


def test_a_failed_deletion_is_reported_with_its_reason(
    ours: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.user("alice")
    held: Any = STORES[ACCOUNT, REGION]
    (profile,) = held.user_profiles.values()

    def fail(**_: object) -> None:
        profile.status = "Delete_Failed"

    monkeypatch.setattr(AWS.client("sagemaker"), "delete_user_profile", fail)
    with pytest.raises(StepFailed, match=r"^user profile alice: Delete_Failed: "):
        delete_resources(AWS, PROFILES, ours.domain_id, lambda _: None)


def test_a_deletion_that_aws_refuses_for_now_is_requested_again(
    ours: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.user("alice")
    in_use = AwsError("in use", response={"Error": {"Code": "ResourceInUse"}})
    client = AWS.client("sagemaker")
    delete = MagicMock(wraps=client.delete_user_profile, side_effect=[in_use, DEFAULT])
    monkeypatch.setattr(client, "delete_user_profile", delete)
    delete_resources(AWS, PROFILES, ours.domain_id, lambda _: None)
    assert delete.call_count == 2
    assert list_resources(AWS, PROFILES, ours.domain_id) == []


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("kind", "minutes"), [(APPS, 30), (SPACES, 10), (PROFILES, 10), (DOMAIN, 20)]
)
def test_the_time_limit_of_a_deletion(
    monkeypatch: pytest.MonkeyPatch, kind: ResourceType, minutes: int
) -> None:
    item = dict.fromkeys(kind.key, "x") | {"Status": "Deleting"}
    monkeypatch.setattr(Aws, "all", lambda *_, **__: [item])
    with pytest.raises(StepFailed, match=f"after {minutes} minutes: {kind.noun} x"):
        delete_resources(AWS, kind, "x", lambda _: None)


def test_a_space_deleted_after_it_was_listed_is_skipped(ours: Studio) -> None:
    ours.user("alice")
    for name in ("first", "second"):
        ours.space(name, "alice", run=False)
    described = list_described(AWS, SPACES, ours.domain_id)
    space, description = next(described)
    assert description["SpaceName"] == space.name
    delete_resources(AWS, SPACES, ours.domain_id, lambda _: None)
    assert list(described) == []


def test_a_domain_is_found_by_its_name(deployed_studio: DeployedStudio) -> None:
    assert domain_ids(AWS, "studio") == [deployed_studio.domain_id]
    assert domain_ids(AWS, "other") == []
    assert find_domain(AWS, "studio", in_state=lambda: "d-unread") == deployed_studio.domain_id
    with pytest.raises(
        UserError, match=f"^other: .* in account {ACCOUNT}, {REGION} .*are: studio; `"
    ):
        find_domain(AWS, "other")


def test_the_state_decides_between_domains_with_the_same_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = [{"DomainId": id_, "DomainName": "team"} for id_ in ("d-1", "d-2")]
    monkeypatch.setattr(Aws, "all", lambda *_: listed)
    assert find_domain(AWS, "team", in_state=lambda: "d-2") == "d-2"
    for known in (None, "d-3"):
        with pytest.raises(UserError, match="several domains have that name: d-1, d-2"):
            find_domain(AWS, "team", in_state=lambda known=known: known)  # type: ignore[misc]
