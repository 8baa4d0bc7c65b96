"""User profiles: members, refusals, presigned URLs."""

import pytest

from tests.emulator.control_plane import ROLE, ControlPlane, refused


def test_description(studio: ControlPlane) -> None:
    domain_id = studio.domain()
    named = [studio.profile(domain_id), studio.profile(domain_id, "bob", ExecutionRole=ROLE)]
    alice, bob = (studio.DescribeUserProfile(**each) for each in named)
    assert "UserSettings" not in alice
    assert bob["UserSettings"] == {"ExecutionRole": ROLE, "AutoMountHomeEFS": "DefaultAsDomain"}
    assert [p["HomeEfsFileSystemUid"] for p in (alice, bob)] == ["200005", "200010"]


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
    found = studio.ListUserProfiles(UserProfileNameContains="AL", **by_name)["UserProfiles"]
    assert [profile["UserProfileName"] for profile in found] == ["alina", "alice"]
    assert studio.ListUserProfiles(DomainIdEquals="d-abcdefghijkl")["UserProfiles"] == []
