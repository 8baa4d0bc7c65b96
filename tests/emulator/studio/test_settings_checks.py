"""The nested settings of domains and user profiles."""

from typing import Any

import pytest

from tests.emulator.control_plane import ACCOUNT, REGION, ROLE, SLIM, ControlPlane, idle, refused

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
ABSENT_SCRIPT = f"{ARN}:studio-lifecycle-config/absent"
ABSENT_VERSION = f"{ARN}:image-version/absent/1"
ABSENT_FILE_SYSTEM = {"EFSFileSystemConfig": {"FileSystemId": "fs-01234567"}}
SIZES = {"DefaultEbsVolumeSizeInGb": 20, "MaximumEbsVolumeSizeInGb": 10}


def lab(**settings: Any) -> dict[str, Any]:
    return {"JupyterLabAppSettings": settings}


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("Image [absent] does not exist", {"ImageName": "absent"}),
        ("AppImageConfig [absent] does not exist", {"AppImageConfigName": "absent"}),
        ("not for apps of type JupyterLab", {"AppImageConfigName": "classic-slim"}),
        ("slim:2", {"ImageVersionNumber": 2}),
    ],
)
def test_custom_images(studio: ControlPlane, words: str, changes: dict[str, Any]) -> None:
    studio.image()
    (slim,) = SLIM["CustomImages"]
    studio.refuse_settings(words, **lab(CustomImages=[slim | changes]))


def test_version_must_be_created(studio: ControlPlane) -> None:
    studio.image(versions=["CREATE_FAILED"])
    studio.image("other")
    version = studio.call.arn("image-version/slim/1")
    (slim,) = SLIM["CustomImages"]
    for newest in (slim, slim | {"ImageVersionNumber": 0}):
        studio.refuse_settings("no version in state CREATED", **lab(CustomImages=[newest]))
    spec = {"DefaultResourceSpec": {"SageMakerImageVersionArn": version}}
    studio.refuse_settings("is not in state CREATED", JupyterLabAppSettings=spec)


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ("does not exist", lab(LifecycleConfigArns=[ABSENT_SCRIPT])),
        ("does not exist", lab(BuiltInLifecycleConfigArn=ABSENT_SCRIPT)),
        ("does not exist", lab(DefaultResourceSpec={"SageMakerImageArn": f"{ARN}:image/absent"})),
        ("ImageVersion", lab(DefaultResourceSpec={"SageMakerImageVersionArn": ABSENT_VERSION})),
        ("must lie between", lab(**idle(IdleTimeoutInMinutes=600, MaxIdleTimeoutInMinutes=120))),
        ("must lie between", lab(**idle(MinIdleTimeoutInMinutes=90, IdleTimeoutInMinutes=60))),
        ("'fs-01234567' does not exist", {"CustomFileSystemConfigs": [ABSENT_FILE_SYSTEM]}),
        ("only supported for user profiles", {"AutoMountHomeEFS": "DefaultAsDomain"}),
        ("DefaultLandingUri", {"DefaultLandingUri": "https://example.com"}),
        ("StudioWebPortal", {"DefaultLandingUri": "studio::", "StudioWebPortal": "DISABLED"}),
        (
            "MaximumEbsVolumeSizeInGb",
            {"SpaceStorageSettings": {"DefaultEbsStorageSettings": SIZES}},
        ),
    ],
)
def test_user_settings(studio: ControlPlane, words: str, settings: dict[str, Any]) -> None:
    studio.refuse_settings(words, **settings)


def test_settings_of_the_providers_acceptance_tests(studio: ControlPlane) -> None:
    """From domain_test.go and space_test.go of hashicorp/terraform-provider-aws."""
    *_, elsewhere = studio.other_vpc()
    studio.image()
    studio.CreateAppImageConfig(AppImageConfigName="of-no-type")
    scripts = {"LifecycleConfigArns": [studio.script(app_type="JupyterServer")]}
    custom = {"ImageName": "slim", "AppImageConfigName": "of-no-type"}
    settings = {
        "ExecutionRole": ROLE,
        "SecurityGroups": [elsewhere],
        "JupyterLabAppSettings": scripts,
        "KernelGatewayAppSettings": scripts,
        "CodeEditorAppSettings": {"CustomImages": [custom]},
    }
    domain_id = studio.domain(
        AppNetworkAccessType="PublicInternetOnly", DefaultUserSettings=settings
    )
    answer = studio.DescribeDomain(DomainId=domain_id)
    assert answer["DefaultUserSettings"] == {"AutoMountHomeEFS": "Enabled"} | settings


def test_custom_images_of_a_user_profile(studio: ControlPlane) -> None:
    studio.image()
    alice = {"DomainId": studio.domain(), "UserProfileName": "alice"}
    settings = lab(CustomImages=SLIM["CustomImages"] * 6)
    words, create = "at most 5 custom images", studio.CreateUserProfile
    refused("ValidationException", words, create, **alice, UserSettings=settings)
    five = lab(CustomImages=SLIM["CustomImages"] * 5)
    create(**alice, UserSettings=five)
    studio.wait(60)
    refused("ValidationException", words, studio.UpdateUserProfile, **alice, UserSettings=settings)
