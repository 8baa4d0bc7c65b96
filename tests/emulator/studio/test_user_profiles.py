"""User profiles: lifecycle, refusals, presigned URLs."""

from typing import Any

import pytest

from tests.emulator.control_plane import ACCOUNT, ROLE, ControlPlane, names, refused


def test_lifecycle(studio: ControlPlane) -> None:
    alice = {"DomainId": studio.domain(), "UserProfileName": "alice"}
    seen = []

    def record(seconds: float) -> None:
        studio.wait(seconds)
        seen.append(studio.DescribeUserProfile(**alice)["Status"])

    studio.CreateUserProfile(**alice)
    record(0)
    record(60)
    studio.UpdateUserProfile(**alice, UserSettings={"StudioWebPortal": "ENABLED"})
    record(0)
    record(60)
    studio.DeleteUserProfile(**alice)
    record(0)
    studio.wait(60)
    assert seen == ["Pending", "InService", "Updating", "InService", "Deleting"]
    refused("ResourceNotFound", "alice", studio.DescribeUserProfile, **alice)


def test_description(studio: ControlPlane) -> None:
    domain_id = studio.domain()
    named = [studio.profile(domain_id), studio.profile(domain_id, "bob", ExecutionRole=ROLE)]
    alice, bob = (studio.DescribeUserProfile(**each) for each in named)
    assert "UserSettings" not in alice
    assert bob["UserSettings"] == {"ExecutionRole": ROLE, "AutoMountHomeEFS": "DefaultAsDomain"}
    assert [p["HomeEfsFileSystemUid"] for p in (alice, bob)] == ["200005", "200010"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ExecutionRole": f"arn:aws:iam::{ACCOUNT}:role/absent"}, "does not exist"),
        ({"SecurityGroups": ["sg-0123456789abcdef0"]}, "does not exist"),
        (
            {"JupyterLabAppSettings": {"CustomImages": [{"ImageName": "x"}]}},
            "appImageConfigName",
        ),
    ],
)
def test_refused_settings(studio: ControlPlane, settings: dict[str, Any], words: str) -> None:
    domain_id = studio.domain()
    alice = {"DomainId": domain_id, "UserProfileName": "alice"}
    create, update = studio.CreateUserProfile, studio.UpdateUserProfile
    refused("ValidationException", words, create, **alice, UserSettings=settings)
    studio.profile(domain_id)
    refused("ValidationException", words, update, **alice, UserSettings=settings)


def test_vpc_only_requires_a_security_group(studio: ControlPlane) -> None:
    domain_id = studio.domain(DefaultUserSettings={"ExecutionRole": ROLE})
    alice = {"DomainId": domain_id, "UserProfileName": "alice"}
    words = "SecurityGroups are required"
    refused("ValidationException", words, studio.CreateUserProfile, **alice)
    studio.CreateUserProfile(**alice, UserSettings={"SecurityGroups": [studio.group]})


@pytest.mark.parametrize(
    ("auth", "given", "words"),
    [
        ("IAM", {"SingleSignOnUserValue": "bob"}, "cannot be specified"),
        ("SSO", {}, "are required"),
        ("SSO", {"SingleSignOnUserIdentifier": "UserName"}, "are required"),
        ("SSO", {"SingleSignOnUserIdentifier": "UserName", "SingleSignOnUserValue": "bob"}, ""),
    ],
)
def test_sign_on(studio: ControlPlane, auth: str, given: dict[str, str], words: str) -> None:
    bob = {"DomainId": studio.domain(AuthMode=auth), "UserProfileName": "bob", **given}
    if words:
        refused("ValidationException", words, studio.CreateUserProfile, **bob)
    else:
        studio.CreateUserProfile(**bob)


def test_name_domain_and_quota(studio: ControlPlane) -> None:
    made = studio.CreateDomain(**studio.domain_params())["DomainId"]
    create = studio.CreateUserProfile
    refused("ValidationException", "Pending", create, DomainId=made, UserProfileName="alice")
    studio.wait(600)
    studio.profile(made)
    refused("ResourceInUse", "exists", create, DomainId=made, UserProfileName="Alice")
    studio.options.update({"max_user_profiles": 1})
    refused("ResourceLimitExceeded", "is 1 User", create, DomainId=made, UserProfileName="bob")
    absent = "d-abcdefghijkl"
    refused("ValidationException", absent, create, DomainId=absent, UserProfileName="alice")


def test_refused_deletion(studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    alice = {"DomainId": domain_id, "UserProfileName": "alice"}
    words = "because App(s) are associated with it."
    refused("ResourceInUse", words, studio.DeleteUserProfile, **alice)
    studio.DeleteApp(**studio.app_key(domain_id))
    studio.wait(1200)
    words = "because Space(s) are associated with it."
    refused("ResourceInUse", words, studio.DeleteUserProfile, **alice)
    studio.DeleteSpace(DomainId=domain_id, SpaceName="lab")
    studio.wait(60)
    studio.DeleteUserProfile(**alice)


def test_presigned_url(studio: ControlPlane) -> None:
    domain_id = studio.domain()
    alice = studio.profile(domain_id)
    sign = studio.CreatePresignedDomainUrl
    assert sign(**alice)["AuthorizedUrl"].startswith(f"https://{domain_id}.studio.")
    refused("ResourceNotFound", "absent", sign, **alice | {"UserProfileName": "absent"})
    refused("ResourceNotFound", "absent", sign, **alice, SpaceName="absent")
    refused("ValidationException", "LandingUri", sign, **alice, LandingUri="https://example.com")
    sso = studio.domain(DomainName="sso", AuthMode="SSO")
    refused("ValidationException", "AuthMode", sign, DomainId=sso, UserProfileName="alice")


def test_listing(studio: ControlPlane) -> None:
    domain_id = studio.domain()
    for name in ("bob", "alice", "alina"):
        studio.profile(domain_id, name)
    by_name = {"SortBy": "CreationTime", "SortOrder": "Descending"}
    answer = studio.ListUserProfiles(UserProfileNameContains="AL", **by_name)
    assert names(answer, "UserProfiles", "UserProfileName") == ["alina", "alice"]
    assert studio.ListUserProfiles(DomainIdEquals="d-abcdefghijkl")["UserProfiles"] == []
