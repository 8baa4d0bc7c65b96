"""SageMaker images: a name and a role that reads container images; versions are numbered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from studio_emulator import iam
from studio_emulator.errors import AwsError
from studio_emulator.studio import usage
from studio_emulator.studio.call import Call
from studio_emulator.studio.filters import filtered, shown
from studio_emulator.studio.lifecycle import GONE, Resource, begin
from studio_emulator.studio.listing import page
from studio_emulator.studio.store import Store, mentions, store

CHANGE_SECONDS = 1
DELETE_SECONDS = 5
_TEXTS = ("DisplayName", "Description")


def find(call: Call, name: str) -> Resource:
    """The image of that name; ResourceNotFound when there is none."""
    image = store(call).images.get(name)
    if image is None:
        raise AwsError("ResourceNotFound", f"Image with ImageName {name} does not exist.")
    return image


def create_image(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """CreateImage. A role that SageMaker cannot assume ends in CREATE_FAILED, as on AWS.

    https://github.com/hashicorp/terraform-provider-aws/pull/16082, and for the messages of
    the refusals https://github.com/aws-samples/sagemaker-studio-custom-image-samples/issues/17.
    """
    state, name = store(call), params["ImageName"]
    arn = call.arn(f"image/{name.lower()}")
    if any(image.arn == arn for image in state.images.values()):
        raise AwsError(
            "ResourceInUse",
            f"The Image with ImageName {name} already exists. Please use a different ImageName.",
        )
    state.tag(arn, params.get("Tags"))
    data = {key: params[key] for key in ("ImageName", "RoleArn", *_TEXTS) if key in params}
    image = Resource(type="image", id=name, name=name, arn=arn, data=data, created=call.clock.now())
    state.images[name] = image
    begin(
        call.clock,
        image,
        "CREATING",
        then="CREATED",
        after=CHANGE_SECONDS,
        effect=ending(role_problem(call, image, params["RoleArn"])),
        failed="CREATE_FAILED",
    )
    return {"ImageArn": arn}


def describe_image(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """DescribeImage."""
    return shown(find(call, params["ImageName"]), kind="Image")


def list_images(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """ListImages."""

    def summary(image: Resource) -> dict[str, Any]:
        return {key: value for key, value in shown(image, kind="Image").items() if key != "RoleArn"}

    return page(
        filtered(store(call).images.values(), params), params, "Images", summary, ascending=False
    )


def update_image(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """UpdateImage: texts can be set or deleted, the role can be replaced."""
    image = find(call, params["ImageName"])
    usage.refuse_in_flight(image)
    refuse_unusable(image)
    deleted = set(params.get("DeleteProperties", []))
    if both := sorted(deleted & params.keys()):
        raise AwsError("ValidationException", f"{both[0]} cannot be both set and deleted.")
    changed = {key: params[key] for key in ("RoleArn", *_TEXTS) if key in params}
    kept = {key: value for key, value in image.data.items() if key not in deleted}
    check = ending(role_problem(call, image, changed.get("RoleArn", image.data["RoleArn"])))

    def apply() -> None:
        check()
        image.data = kept | changed

    begin(
        call.clock,
        image,
        "UPDATING",
        then="CREATED",
        after=CHANGE_SECONDS,
        effect=apply,
        failed="UPDATE_FAILED",
    )
    return {"ImageArn": image.arn}


def delete_image(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """DeleteImage with all its versions; refused while something uses the image."""
    state, name = store(call), params["ImageName"]
    if name not in state.images:
        raise AwsError("ResourceNotFound", f"No Image with the name {name} was found.")
    image = state.images[name]
    versions = versions_of(state, name)
    for resource in (image, *versions):
        usage.refuse_in_flight(resource)
    apps = [
        app
        for app in usage.running(state)
        if mentions(app.data, "SageMakerImageArn", image.arn)
        or any(mentions(app.data, "SageMakerImageVersionArn", v.arn) for v in versions)
    ]
    attached = usage.attaching(state, lambda custom: custom["ImageName"] == name)
    usage.refuse_when_used(image, [*apps, *attached])
    for resource in (*versions, image):
        begin(call.clock, resource, "DELETING", then=GONE, after=DELETE_SECONDS)
    return {}


def versions_of(state: Store, name: str) -> list[Resource]:
    """The image's versions, oldest first."""
    return [state.image_versions[key] for key in sorted(state.image_versions) if key[0] == name]


def refuse_unusable(image: Resource) -> None:
    """Raise ValidationException for an image whose creation failed."""
    if image.status not in ("CREATED", "UPDATE_FAILED"):
        raise AwsError("ValidationException", f"Image {image.name} is in an invalid state.")


def role_problem(call: Call, image: Resource, role_arn: str) -> str | None:
    """Why SageMaker cannot use the role for the image, if so."""
    if iam.can_assume(call.account, role_arn, "sagemaker.amazonaws.com", source_arn=image.arn):
        return None
    return (
        f"Could not assume role {role_arn}. Please ensure that the role exists and allows "
        "principal 'sagemaker.amazonaws.com' to assume the role."
    )


def ending(problem: str | None) -> Callable[[], None]:
    """The effect of a transition that fails for that reason, or succeeds for None."""

    def effect() -> None:
        if problem:
            raise AwsError("ClientError", problem)

    return effect


OPERATIONS: Mapping[str, Callable[[dict[str, Any], Call], dict[str, Any]]] = {
    "CreateImage": create_image,
    "DescribeImage": describe_image,
    "ListImages": list_images,
    "UpdateImage": update_image,
    "DeleteImage": delete_image,
}
