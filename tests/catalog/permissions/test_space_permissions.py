"""What the policy of a user's own identity allows in Studio: the user's profile, space and app."""

import pytest

from catalog.names import Feature
from studio_emulator.iam.conditions import Context
from tests.catalog.permissions.user_policies import (
    APP,
    ELSEWHERE,
    HERE,
    SM,
    SPACE,
    client_allows,
    role_allows,
    space_of,
)

OWN, THEIRS, SHARED = space_of("alice"), space_of("bob"), space_of("alice", "Shared")
ON, OFF = {"sagemaker:RemoteAccess": "ENABLED"}, {"sagemaker:RemoteAccess": "DISABLED"}
ALICE = f"{SM}:user-profile/d-1/alice"
OWNED_BY = "sagemaker:ResourceTag/sagemaker:user-profile-arn"


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("UpdateSpace", SPACE.format("alice"), {**OWN, **ON}, True),
        ("UpdateSpace", SPACE.format("alice"), {**OWN, **OFF}, True),
        ("UpdateSpace", SPACE.format("alice"), {**OWN, **ON, **HERE}, True),
        ("UpdateSpace", SPACE.format("alice"), {**OWN, **ON, **ELSEWHERE}, False),
        ("UpdateSpace", SPACE.format("alice"), OWN, False),
        ("UpdateSpace", SPACE.format("bob"), {**THEIRS, **ON}, False),
        ("UpdateSpace", SPACE.format("alice"), {**THEIRS, **ON}, False),
        ("UpdateSpace", SPACE.format("team"), {**SHARED, **ON}, False),
        ("UpdateSpace", SPACE.format("alice"), ON, False),
        ("DeleteSpace", SPACE.format("alice"), OWN, False),
        ("CreateSpace", SPACE.format("alice"), OWN, False),
        ("AddTags", SPACE.format("alice"), OWN, False),
        ("CreateApp", APP.format("alice"), OWN, True),
        ("DeleteApp", APP.format("alice"), OWN, True),
        ("DeleteApp", APP.format("alice"), {**OWN, **ELSEWHERE}, False),
        ("CreateApp", APP.format("bob"), THEIRS, False),
        ("DeleteApp", APP.format("bob"), THEIRS, False),
        ("DeleteApp", APP.format("alice"), {}, False),
        ("StartSession", SPACE.format("alice"), {OWNED_BY: ALICE}, True),
        ("StartSession", SPACE.format("alice"), {OWNED_BY: ALICE, **HERE}, True),
        ("StartSession", SPACE.format("alice"), {OWNED_BY: ALICE, **ELSEWHERE}, False),
        ("StartSession", SPACE.format("bob"), {OWNED_BY: f"{SM}:user-profile/d-1/bob"}, False),
        ("StartSession", SPACE.format("bob"), {OWNED_BY: f"{SM}:user-profile/d-1/malice"}, False),
        ("StartSession", SPACE.format("alice"), {}, False),
        ("CreatePresignedDomainUrl", ALICE, HERE, True),
        ("CreatePresignedDomainUrl", ALICE, ELSEWHERE, False),
        ("CreatePresignedDomainUrl", ALICE, {}, False),
        ("CreatePresignedDomainUrl", f"{SM}:user-profile/d-1/bob", HERE, False),
        ("DescribeSpace", SPACE.format("alice"), {}, True),
        ("DescribeApp", APP.format("alice"), {}, True),
        ("DescribeDomain", f"{SM}:domain/d-1", {}, True),
        ("UpdateUserProfile", ALICE, HERE, False),
    ],
)
def test_actions_of_a_user_in_studio(
    action: str, resource: str, context: Context, allowed: bool
) -> None:
    assert client_allows(f"sagemaker:{action}", resource, context) is allowed


@pytest.mark.parametrize(("name", "allowed"), [("Alice", True), ("alice", True), ("bob", False)])
def test_arns_can_have_the_name_of_a_user_in_lower_case(name: str, allowed: bool) -> None:
    """SageMaker ignores the case of names."""
    profile, inside = f"{SM}:user-profile/d-1/{name}", {"sagemaker:DomainId": "d-1"}
    for action, resource, context in (
        ("StartSession", SPACE.format(name), {OWNED_BY: profile}),
        ("CreateApp", APP.format(name), space_of(name)),
        ("CreatePresignedDomainUrl", profile, HERE),
    ):
        assert client_allows(f"sagemaker:{action}", resource, context, user="Alice") is allowed
    own = {**space_of(name), **inside}
    created = role_allows("sagemaker:CreateSpace", SPACE.format("x"), own, user="Alice")
    assert created is allowed


def test_without_connect_a_user_only_opens_studio() -> None:
    features: list[Feature] = []
    assert not client_allows("sagemaker:CreateApp", APP.format("alice"), OWN, features=features)
    assert client_allows("sagemaker:CreatePresignedDomainUrl", ALICE, HERE, features=features)
