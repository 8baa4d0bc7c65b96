"""Deleting the resources of a domain, and waiting for it."""

from typing import Any

import pytest

from studio.aws.client import Aws
from studio.aws.domain_resources import (
    APPS,
    DOMAIN,
    PROFILES,
    SPACES,
    delete_resources,
    list_resources,
)
from studio.errors import StepFailed
from studio_emulator.studio.store import existing
from tests.studio.account import ACCOUNT, REGION, Studio

AWS = Aws(REGION)


def names(it: Studio) -> list[list[str]]:
    return [
        [resource.name for resource in list_resources(AWS, kind, it.domain_id)]
        for kind in (APPS, SPACES, PROFILES, DOMAIN)
    ]


def test_resources_of_one_domain_are_deleted_type_by_type(ours: Studio, theirs: Studio) -> None:
    for user in ("alice", "bob"):
        ours.user(user)
        ours.space(user, user, run=user == "alice")
    before = names(theirs)
    assert names(ours) == [
        ["alice/JupyterLab"],
        ["alice", "bob"],
        ["alice", "bob"],
        [ours.domain_id],
    ]
    said: list[str] = []
    for kind in (APPS, SPACES, PROFILES):
        delete_resources(AWS, kind, ours.domain_id, said.append)
        assert list_resources(AWS, kind, ours.domain_id) == []
    deleted = {line for line in said if line.startswith("deleted")}
    assert deleted == {
        "deleted   app alice/JupyterLab",
        "deleted   space alice",
        "deleted   space bob",
        "deleted   user profile alice",
        "deleted   user profile bob",
    }
    assert names(theirs) == before


def test_a_failed_deletion_is_reported_with_its_reason(ours: Studio) -> None:
    ours.user("alice")
    ours.aws.options.update({"hang": ["user-profile"]})
    held: Any = existing(ACCOUNT, REGION)
    (profile,) = held.user_profiles.values()

    def fail(**_: object) -> None:
        profile.status = "Delete_Failed"

    sagemaker = AWS.client("sagemaker")
    event = "after-call.sagemaker.DeleteUserProfile"
    sagemaker.meta.events.register(event, fail)
    try:
        with pytest.raises(StepFailed, match=r"^user profile alice: Delete_Failed: "):
            delete_resources(AWS, PROFILES, ours.domain_id, lambda _: None)
    finally:
        sagemaker.meta.events.unregister(event, fail)
