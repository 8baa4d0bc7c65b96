"""Images and scripts in use: refused deletions and detachments, the version of an app."""

from typing import Any

import pytest

from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import store
from tests.emulator.control_plane import ACCOUNT, REGION, ROLE, SLIM, ControlPlane, refused

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
SCRIPT = f"{ARN}:studio-lifecycle-config/hello"
DETACHED: dict[str, dict[str, list[str]]] = {"JupyterLabAppSettings": {"CustomImages": []}}


@pytest.mark.parametrize(
    ("member", "pin", "unused", "kept"),
    [
        ("DefaultUserSettings", {}, [1], 2),
        ("DefaultSpaceSettings", {"ImageVersionNumber": 1}, [], 1),
        ("UserSettings", {"ImageVersionNumber": 2}, [], 2),
    ],
)
def test_deletion_of_an_attached_image(
    studio: ControlPlane, member: str, pin: dict[str, int], unused: list[int], kept: int
) -> None:
    """Without a number, the newest version that is CREATED is needed."""
    studio.image(versions=["CREATED", "CREATED", "CREATE_FAILED"])
    studio.image("other")
    (slim,) = SLIM["CustomImages"]
    attached = {"JupyterLabAppSettings": {"CustomImages": [slim | pin]}}
    settings: dict[str, Any] = {"ExecutionRole": ROLE, "SecurityGroups": [studio.group], **attached}
    of_user = member == "UserSettings"
    domain_id = studio.domain(**({} if of_user else {member: settings}))
    alice = studio.profile(domain_id, **(settings if of_user else {}))
    delete, words = studio.DeleteImageVersion, "user-profile/" if of_user else "domain/"
    for number in unused:
        delete(ImageName="slim", Version=number)
    studio.wait(60)
    refused("ResourceInUse", words, delete, ImageName="slim", Version=kept)
    delete(ImageName="slim", Version=3)
    studio.wait(60)
    refused("ResourceInUse", words, studio.DeleteImage, ImageName="slim")
    delete(ImageName="other", Version=1)
    studio.wait(60)
    studio.DeleteImage(ImageName="other")
    studio.DeleteUserProfile(**alice)
    studio.wait(60)
    studio.DeleteDomain(DomainId=domain_id)
    studio.wait(600)
    studio.DeleteImage(ImageName="slim")


@pytest.mark.parametrize(
    ("kind", "settings", "used"),
    [
        ("domains", {"JupyterLabAppSettings": {"LifecycleConfigArns": [SCRIPT]}}, True),
        ("domains", {"JupyterLabAppSettings": {"LifecycleConfigArns": [f"{SCRIPT}-2"]}}, False),
        ("domains", {"CodeEditorAppSettings": {"BuiltInLifecycleConfigArn": SCRIPT}}, True),
        ("spaces", {"DefaultResourceSpec": {"LifecycleConfigArn": SCRIPT}}, True),
        ("apps", {"ResourceSpec": {"LifecycleConfigArn": SCRIPT}}, True),
    ],
)
def test_deletion_of_a_start_script_in_use(
    studio: ControlPlane, kind: str, settings: dict[str, Any], used: bool
) -> None:
    studio.script()
    user = Resource(name="alice", arn=kind, data={"of": settings}, status="InService", created=0.0)
    getattr(store(studio.call), kind)["d-1", "alice"] = user
    delete, script = studio.DeleteStudioLifecycleConfig, {"StudioLifecycleConfigName": "hello"}
    if used:
        refused("ResourceInUse", f"in use by {kind}", delete, **script)
    else:
        delete(**script)


@pytest.mark.parametrize(
    ("spec", "number"),
    [
        ({}, 2),
        ({"SageMakerImageVersionArn": f"{ARN}:image-version/slim/1"}, 1),
        ({"SageMakerImageVersionAlias": "1.0.0"}, 1),
    ],
)
def test_version_of_an_app(studio: ControlPlane, spec: dict[str, str], number: int) -> None:
    """Without an ARN or alias, an app runs the newest version that is CREATED."""
    studio.image(versions=["CREATED", "CREATED", "CREATE_FAILED"])
    studio.UpdateImageVersion(ImageName="slim", Version=1, AliasesToAdd=["1.0.0"])
    domain_id = studio.idle_space()
    studio.update_profile(domain_id, JupyterLabAppSettings=SLIM)
    app = studio.app(domain_id, SageMakerImageArn=f"{ARN}:image/slim", **spec)
    version = {"ImageName": "slim", "Version": number}
    refused("ResourceInUse", "/lab/", studio.DeleteImageVersion, **version)
    for other in {1, 2, 3} - {number}:
        studio.DeleteImageVersion(ImageName="slim", Version=other)
    studio.wait(600)
    studio.DeleteApp(**app)
    studio.update_profile(domain_id, **DETACHED)
    refused("ResourceInUse", "/lab/", studio.DeleteImageVersion, **version)
    refused("ResourceInUse", "/lab/", studio.DeleteImage, ImageName="slim")
    studio.wait(600)
    studio.DeleteImage(ImageName="slim")
    studio.wait(60)
    assert (store(studio.call).images, store(studio.call).image_versions) == ({}, {})


def test_detaching_an_image_in_use(studio: ControlPlane) -> None:
    studio.image()
    domain_id = studio.domain()
    alice, bob = (
        studio.profile(domain_id, name, JupyterLabAppSettings=SLIM) for name in ("alice", "bob")
    )
    studio.space(domain_id)
    app = studio.app(domain_id, SageMakerImageArn=f"{ARN}:image/slim")
    words = "Image [slim] cannot be detached"
    refused("ResourceInUse", words, studio.UpdateUserProfile, **alice, UserSettings=DETACHED)
    studio.UpdateUserProfile(**bob, UserSettings=DETACHED)
    studio.UpdateUserProfile(**alice, UserSettings={"StudioWebPortal": "ENABLED"})
    studio.wait(600)
    studio.DeleteApp(**app)
    studio.wait(600)
    studio.UpdateUserProfile(**alice, UserSettings=DETACHED)


def test_detaching_an_image_from_profile_and_domain(studio: ControlPlane) -> None:
    studio.image()
    defaults = studio.domain_params()["DefaultUserSettings"]
    settings = defaults | {"JupyterLabAppSettings": SLIM}
    domain_id = studio.domain(DefaultUserSettings=settings)
    alice = studio.profile(domain_id, JupyterLabAppSettings=SLIM)
    studio.space(domain_id)
    studio.app(domain_id, SageMakerImageArn=f"{ARN}:image/slim")
    studio.UpdateUserProfile(**alice, UserSettings=DETACHED)
    words = "cannot be detached"
    update = studio.UpdateDomain
    refused("ResourceInUse", words, update, DomainId=domain_id, DefaultUserSettings=DETACHED)


def test_image_of_the_default_space_settings(studio: ControlPlane) -> None:
    studio.image()
    shared = {"ExecutionRole": ROLE, "JupyterLabAppSettings": SLIM}
    domain_id = studio.idle_space(domain={"DefaultSpaceSettings": shared})
    studio.app(domain_id, SageMakerImageArn=f"{ARN}:image/slim")


def test_image_version_must_belong_to_the_image(studio: ControlPlane) -> None:
    studio.image()
    studio.image("other")
    app = studio.app_key(studio.idle_space())
    studio.update_profile(app["DomainId"], JupyterLabAppSettings=SLIM)
    slim, other = (
        {
            "SageMakerImageArn": f"{ARN}:image/{name}",
            "SageMakerImageVersionArn": f"{ARN}:image-version/{name}/1",
        }
        for name in ("slim", "other")
    )
    image = slim["SageMakerImageArn"]
    aws_own = {"SageMakerImageArn": "arn:aws:sagemaker:eu-west-1:819792524951:image/distribution"}
    for spec, words in (
        ({**slim, "SageMakerImageVersionArn": other["SageMakerImageVersionArn"]}, "not a version"),
        ({"SageMakerImageVersionArn": other["SageMakerImageVersionArn"]}, "not attached"),
        ({**other, **aws_own}, "not a version"),
        ({"SageMakerImageArn": image, "SageMakerImageVersionAlias": "9.9.9"}, "alias [9.9.9]"),
    ):
        refused("ValidationException", words, studio.CreateApp, **app, ResourceSpec=spec)
    studio.CreateApp(**app, ResourceSpec=slim)
