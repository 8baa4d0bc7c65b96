"""Images and versions that domains, user profiles and apps use cannot be deleted."""

import json
from typing import Any

import pytest

from studio_emulator.server import Emulator
from studio_emulator.studio import image_use
from studio_emulator.studio.app_launch import custom_image
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import existing
from tests.emulator.control_plane import SLIM, ControlPlane, refused
from tests.emulator.samples import (
    ACCOUNT,
    REGION,
    push,
    refusal,
)

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


def add_resource(kind: str, name: str, **data: Any) -> None:
    """Add a domain, a user profile or an app with these members to the account."""
    state = existing(ACCOUNT, REGION)
    assert state is not None
    resource = Resource(
        name=name,
        arn=f"{ARN}:{kind}/{name}",
        data=data,
        status="InService",
        created=state.clock.now(),
    )
    if kind == "app":
        spec = data["ResourceSpec"]
        if (image := custom_image(spec, state)) is not None:
            resource.owned["version"] = image_use.version(spec, image, state).arn
        state.apps["d-1", "", "alice", "JupyterLab", name] = resource
    elif kind == "domain":
        state.domains[name] = resource
    else:
        state.user_profiles["d-1", name] = resource


def attachment(name: str, **more: Any) -> dict[str, Any]:
    image = {"ImageName": name, "AppImageConfigName": "slim", **more}
    return {"JupyterLabAppSettings": {"CustomImages": [image]}}


def of_image(name: str, **more: str) -> dict[str, Any]:
    members = {"Arn": f"{ARN}:image/{name}", **more}
    return {"ResourceSpec": {f"SageMakerImage{member}": v for member, v in members.items()}}


@pytest.mark.parametrize(
    ("kind", "data", "blocks_image", "blocked_versions"),
    [
        ("domain", {"DefaultUserSettings": attachment("slim")}, True, []),
        ("domain", {"DefaultSpaceSettings": attachment("slim", ImageVersionNumber=1)}, True, [1]),
        ("user-profile", {"UserSettings": attachment("slim", ImageVersionNumber=2)}, True, [2]),
        ("user-profile", {"UserSettings": attachment("other")}, False, []),
        ("app", of_image("slim"), True, [2]),
        ("app", of_image("slim", VersionArn=f"{ARN}:image-version/slim/1"), True, [1]),
        ("app", of_image("slim", VersionAlias="1.0.0"), True, [1]),
        ("app", of_image("slim2"), False, []),
    ],
)
def test_image_in_use(
    aws: Emulator,
    sagemaker: Any,
    make_image: Any,
    make_version: Any,
    kind: str,
    data: dict[str, Any],
    blocks_image: bool,
    blocked_versions: list[int],
) -> None:
    make_image()
    base = push(aws, "studio/slim")
    make_version(base, Aliases=["1.0.0"])
    make_version(base)
    make_version("1.dkr.ecr.us-east-1.amazonaws.com/never:pushed")
    add_resource(kind, "alice", **json.loads(json.dumps(data)))
    for number in blocked_versions:
        code, message = refusal(sagemaker.delete_image_version, ImageName="slim", Version=number)
        assert (code, f"{kind}/alice" in message) == ("ResourceInUse", True)
    if blocks_image:
        assert refusal(sagemaker.delete_image, ImageName="slim")[0] == "ResourceInUse"
        free = next(number for number in (1, 2) if number not in blocked_versions)
        sagemaker.delete_image_version(ImageName="slim", Version=free)
    else:
        sagemaker.delete_image(ImageName="slim")


@pytest.mark.parametrize("pin", [{}, {"ImageVersionNumber": 0}])
def test_last_version_of_an_attached_image(
    aws: Emulator, sagemaker: Any, make_image: Any, make_version: Any, pin: dict[str, int]
) -> None:
    make_image()
    base = push(aws, "studio/slim")
    make_version(base)
    make_version(base)
    add_resource("domain", "d-1", DefaultUserSettings=attachment("slim", **pin))
    sagemaker.delete_image_version(ImageName="slim", Version=1)
    make_version("1.dkr.ecr.us-east-1.amazonaws.com/never:pushed")
    code, _ = refusal(sagemaker.delete_image_version, ImageName="slim", Version=2)
    assert code == "ResourceInUse"
    sagemaker.delete_image_version(ImageName="slim", Version=3)


def test_image_of_a_domain_can_be_deleted_after_the_domain(studio: ControlPlane) -> None:
    studio.image()
    settings = studio.domain_params()["DefaultUserSettings"] | {"JupyterLabAppSettings": SLIM}
    domain_id = studio.domain(DefaultUserSettings=settings)
    refused("ResourceInUse", domain_id, studio.DeleteImage, ImageName="slim")
    studio.DeleteDomain(DomainId=domain_id)
    studio.wait(600)
    studio.DeleteImage(ImageName="slim")
    studio.wait(60)
    assert studio.ListImages()["Images"] == []


def test_version_of_an_app_that_starts_or_stops(studio: ControlPlane) -> None:
    studio.image(versions=["CREATED", "CREATED"])
    domain_id = studio.idle_space()
    studio.update_profile(domain_id, JupyterLabAppSettings=SLIM)
    delete, first = studio.DeleteImageVersion, {"ImageName": "slim", "Version": 1}
    spec = {"SageMakerImageVersionArn": studio.call.arn("image-version/slim/1")}
    app = studio.app(domain_id, SageMakerImageArn=studio.call.arn("image/slim"), **spec)
    refused("ResourceInUse", "/lab/", delete, **first)
    studio.wait(600)
    studio.DeleteApp(**app)
    refused("ResourceInUse", "/lab/", delete, **first)
    studio.wait(600)
    delete(**first)
