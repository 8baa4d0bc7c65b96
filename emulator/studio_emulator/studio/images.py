"""SageMaker images and their roles; `image_versions` has their versions."""

from functools import partial
from typing import Any

from studio_emulator import iam
from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.studio import lookup, usage
from studio_emulator.studio.checks import SERVICE
from studio_emulator.studio.lifecycle import GONE, Change, Resource, begin
from studio_emulator.studio.listing import filtered, page
from studio_emulator.studio.refusals import invalid
from studio_emulator.studio.store import store
from studio_emulator.studio.tags import set_tags

CHANGE_SECONDS = 1
DELETE_SECONDS = 5
CREATE = Change("CREATING", "CREATED", "CREATE_FAILED")
UPDATE = Change("UPDATING", "CREATED", "UPDATE_FAILED")
DELETE = Change("DELETING", GONE, "DELETE_FAILED")
_TEXTS = ("DisplayName", "Description")


def find(call: Call, name: str) -> Resource:
    """The image of that name. Raises ResourceNotFound."""
    missing = f"Image with ImageName {name} does not exist."
    return lookup.existing(store(call).images, name, missing)


def create_image(params: Params, call: Call) -> Answer:
    """CreateImage; CREATE_FAILED with a role that SageMaker cannot assume, as on AWS.

    https://github.com/hashicorp/terraform-provider-aws/pull/16082; the error messages:
    https://github.com/aws-samples/sagemaker-studio-custom-image-samples/issues/17
    """
    state, name = store(call), params["ImageName"]
    taken = f"The Image with ImageName {name} already exists. Please use a different ImageName."
    arn = lookup.new_arn(call, state.images, f"image/{name}", taken)
    set_tags(state, arn, params.get("Tags"))
    data = {key: params[key] for key in ("ImageName", "RoleArn", *_TEXTS) if key in params}
    data["ImageArn"] = arn
    image = Resource(name=name, arn=arn, data=data, created=call.clock.now())
    state.images[name] = image
    effect = partial(finish, image, data, role_problem(call, image, params["RoleArn"]))
    begin(call.clock, image, CREATE, after=CHANGE_SECONDS, effect=effect)
    return {"ImageArn": arn}


def describe_image(params: Params, call: Call) -> Answer:
    return find(call, params["ImageName"]).answer("Image")


def list_images(params: Params, call: Call) -> Answer:
    def summary(image: Resource) -> dict[str, Any]:
        return {key: value for key, value in image.answer("Image").items() if key != "RoleArn"}

    return page(
        filtered(store(call).images.values(), params), params, "Images", summary, ascending=False
    )


def update_image(params: Params, call: Call) -> Answer:
    """UpdateImage: sets or deletes texts, replaces the role."""
    image = find(call, params["ImageName"])
    usage.refuse_in_flight(image)
    refuse_unusable(image)
    deleted = set(params.get("DeleteProperties", []))
    if both := sorted(deleted & params.keys()):
        raise invalid(f"{both[0]} cannot be both set and deleted.")
    data = {key: value for key, value in image.data.items() if key not in deleted}
    data |= {key: params[key] for key in ("RoleArn", *_TEXTS) if key in params}
    effect = partial(finish, image, data, role_problem(call, image, data["RoleArn"]))
    begin(call.clock, image, UPDATE, after=CHANGE_SECONDS, effect=effect)
    return {"ImageArn": image.arn}


def delete_image(params: Params, call: Call) -> Answer:
    """DeleteImage: deletes all its versions; refused while the image is in use."""
    state, name = store(call), params["ImageName"]
    image = lookup.existing(state.images, name, f"No Image with the name {name} was found.")
    versions = state.versions_of(name)
    for resource in (image, *versions):
        usage.refuse_in_flight(resource)
    usage.refuse_used_image(image, state)
    for resource in (*versions, image):
        begin(call.clock, resource, DELETE, after=DELETE_SECONDS)
    return {}


def refuse_unusable(image: Resource) -> None:
    """Raise ValidationException unless the image is CREATED or UPDATE_FAILED."""
    if image.status not in ("CREATED", "UPDATE_FAILED"):
        raise invalid(f"Image {image.name} is in an invalid state.")


def role_problem(call: Call, image: Resource, role_arn: str) -> str | None:
    """Why SageMaker cannot assume the role for the image; None if it can."""
    if iam.can_assume(call.account, role_arn, SERVICE, source_arn=image.arn):
        return None
    return (
        f"Could not assume role {role_arn}. Please ensure that the role exists and allows "
        f"principal '{SERVICE}' to assume the role."
    )


def finish(resource: Resource, data: dict[str, Any], problem: str | None) -> None:
    """The end of a change, after which the resource has this data; fails with a problem."""
    if problem:
        raise AwsError("ClientError", problem)
    resource.data = data
