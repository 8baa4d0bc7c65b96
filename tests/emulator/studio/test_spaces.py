"""Spaces: defaults, updates, refused changes."""

from typing import Any

import pytest

from studio_emulator.runtime import running_apps
from tests.emulator.control_plane import ROLE, ControlPlane, idle, refused

ALICE = {"OwnershipSettings": {"OwnerUserProfileName": "alice"}}
PRIVATE = {"SpaceSharingSettings": {"SharingType": "Private"}}
ABSENT = {"EFSFileSystem": {"FileSystemId": "fs-0123456789abcdef0"}}
SHARED = {"SpaceSharingSettings": {"SharingType": "Shared"}}


def volume(size: int) -> dict[str, Any]:
    return {"SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": size}}}


def test_volume_defaults_and_bounds(studio: ControlPlane) -> None:
    sizes = {"DefaultEbsVolumeSizeInGb": 20, "MaximumEbsVolumeSizeInGb": 30}
    domain_id = studio.domain()
    studio.profile(domain_id, SpaceStorageSettings={"DefaultEbsStorageSettings": sizes})
    lab = studio.space(domain_id)
    settings = studio.DescribeSpace(**lab)["SpaceSettings"]
    assert settings == {"AppType": "JupyterLab"} | volume(20)
    given = {"DomainId": domain_id, "SpaceName": "large", **ALICE, **PRIVATE}
    large = {"SpaceSettings": {"AppType": "JupyterLab"} | volume(31)}
    refused("ValidationException", "above 30", studio.CreateSpace, **given, **large)
    update = studio.UpdateSpace
    refused("ValidationException", "above 30", update, **lab, SpaceSettings=volume(31))
    refused("ValidationException", "decreased", update, **lab, SpaceSettings=volume(19))
    update(**lab, SpaceSettings=volume(30), SpaceDisplayName="Lab")
    described = studio.DescribeSpace(**lab)
    assert described["SpaceSettings"] == settings | volume(30)
    assert described["SpaceDisplayName"] == "Lab"
    assert described["Url"].endswith(".studio.eu-west-1.sagemaker.aws")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (ALICE, "together"),
        (PRIVATE, "together"),
        (ALICE | PRIVATE, "must be provided"),
        (PRIVATE | {"OwnershipSettings": {"OwnerUserProfileName": "absent"}}, "absent"),
        (ALICE | SHARED, "DefaultSpaceSettings"),
        (ALICE | PRIVATE | {"SpaceSettings": {"CustomFileSystems": [ABSENT]}}, "does not exist"),
    ],
)
def test_refused_creations(studio: ControlPlane, given: dict[str, Any], words: str) -> None:
    domain_id = studio.domain()
    studio.profile(domain_id)
    lab = {"DomainId": domain_id, "SpaceName": "lab"}
    refused("ValidationException", words, studio.CreateSpace, **lab, **given)


def test_shared_space(studio: ControlPlane) -> None:
    domain_id = studio.domain(DefaultSpaceSettings={"ExecutionRole": ROLE})
    studio.CreateSpace(DomainId=domain_id, SpaceName="shared")
    assert "SpaceSettings" not in studio.DescribeSpace(DomainId=domain_id, SpaceName="shared")
    lab = {"DomainId": domain_id, "SpaceName": "lab"}
    for app_type in ("Canvas", "DetailedProfiler"):
        given = {**lab, "SpaceSettings": {"AppType": app_type}}
        words = "not supported for shared spaces"
        refused("ValidationException", words, studio.CreateSpace, **given)
    studio.CreateSpace(**lab, SpaceSettings={"AppType": "TensorBoard"})


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_space_fails_if_the_domain_has_a_key_that_is_not_enabled(
    studio: ControlPlane, state: str
) -> None:
    key = studio.call.backend("kms").create_key(None, "ENCRYPT_DECRYPT", "", "", None)
    domain_id = studio.domain(KmsKeyId=key.id)
    studio.profile(domain_id)
    key.key_state, key.enabled = state, False
    lab = studio.space(domain_id)
    described = studio.DescribeSpace(**lab)
    assert described["Status"] == "Failed"
    assert described["FailureReason"] == f"KMS key '{key.id}' is not enabled."
    studio.DeleteSpace(**lab)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"AppType": "CodeEditor"}, "ValidationException", "Updating AppType for Space is not"),
        (volume(50), "ResourceInUse", "while the space's app runs"),
        ({"RemoteAccess": "ENABLED"}, "ResourceInUse", "while the space's app runs"),
    ],
)
def test_refused_updates_of_a_running_space(
    studio: ControlPlane, change: dict[str, Any], code: str, words: str
) -> None:
    lab = {"DomainId": studio.running_space(), "SpaceName": "lab"}
    refused(code, words, studio.UpdateSpace, **lab, SpaceSettings=change)
    studio.DeleteApp(**studio.app_key(lab["DomainId"]))
    if code == "ResourceInUse":
        refused(code, words, studio.UpdateSpace, **lab, SpaceSettings=change)
        studio.wait(1200)
        studio.UpdateSpace(**lab, SpaceSettings=change)
        assert studio.DescribeSpace(**lab)["SpaceSettings"].items() >= change.items()


def test_idle_time_has_the_bounds_of_the_user_profile(studio: ControlPlane) -> None:
    domain_id = studio.domain()
    bounds = idle(MinIdleTimeoutInMinutes=60, MaxIdleTimeoutInMinutes=120)
    studio.profile(domain_id, JupyterLabAppSettings=bounds)
    lab = studio.space(domain_id)
    long = {"JupyterLabAppSettings": idle(IdleTimeoutInMinutes=121)}
    words = "between 60 and 120"
    refused("ValidationException", words, studio.UpdateSpace, **lab, SpaceSettings=long)
    fine = {"JupyterLabAppSettings": idle(IdleTimeoutInMinutes=120)}
    studio.UpdateSpace(**lab, SpaceSettings=fine)


def test_deletion_includes_the_home(studio: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    deleted: list[str] = []
    monkeypatch.setattr(running_apps, "delete_home", deleted.append)
    lab = {"DomainId": studio.idle_space(), "SpaceName": "lab"}
    arn = studio.DescribeSpace(**lab)["SpaceArn"]
    studio.DeleteSpace(**lab)
    assert deleted == []
    studio.wait(60)
    assert deleted == [arn]


def test_listing(studio: ControlPlane) -> None:
    domain_id = studio.domain()
    studio.profile(domain_id)
    studio.space(domain_id, "one", RemoteAccess="ENABLED")
    studio.space(domain_id, "two")
    one, two = studio.ListSpaces(DomainIdEquals=domain_id, SpaceNameContains="o")["Spaces"]
    assert (one["SpaceName"], two["SpaceName"]) == ("one", "two")
    assert studio.ListSpaces(SpaceNameContains="one")["Spaces"] == [one]
    assert one["SpaceSettingsSummary"] == {
        "AppType": "JupyterLab",
        "RemoteAccess": "ENABLED",
    } | volume(5)
    assert one["OwnershipSettingsSummary"] == ALICE["OwnershipSettings"]
    assert one["SpaceSharingSettingsSummary"] == PRIVATE["SpaceSharingSettings"]
