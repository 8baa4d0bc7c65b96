"""Each user's space: its image; which image an app type needs, which instance `connect`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog import distribution
from catalog.instances import INSTANCES, NATIVE_MEMORY_GIB, is_too_small_for_native
from catalog.names import AppType, ConnectMethod
from settings.errors import Problem, show
from settings.images import ImageSettings
from settings.layers import UserLayers
from settings.users import SAGEMAKER_DISTRIBUTION, SPACE_APP_TYPES


@dataclass(frozen=True, kw_only=True)
class SpaceSettings:
    """A user's space; image: None means SageMaker Distribution."""

    app_type: AppType
    instance_type: str
    volume_gb: int
    image: str | None


def space_of(layers: UserLayers, images: Mapping[str, ImageSettings]) -> SpaceSettings:
    """A user's space, with the defaults filled in; images: those that the user may start."""
    app_type = layers.chosen("app_type")
    image = layers.chosen("image")
    if not image:
        able = (name for name, each in images.items() if app_type in each.app_types)
        image = next(able, SAGEMAKER_DISTRIBUTION)
    return SpaceSettings(
        app_type=app_type,
        instance_type=layers.chosen("instance_type"),
        volume_gb=layers.chosen("volume_gb"),
        image=None if image == SAGEMAKER_DISTRIBUTION else image,
    )


def space_problems(
    layers: UserLayers,
    images: Mapping[str, ImageSettings],
    *,
    region: str,
    connects: bool,
) -> Iterator[Problem]:
    """The problems of a user's space, each at the key that causes it.

    images: those that the user may start. connects: whether the feature connect is on.
    """
    name, space = layers.name, space_of(layers, images)
    shown = [app for app in layers.defaults.app_types if app in SPACE_APP_TYPES]
    if shown and space.app_type not in shown:
        yield Problem(
            layers.path("app_type"),
            f"an app type of defaults.app_types: {', '.join(shown)}",
        )
    if space.image is not None and space.app_type not in _apps(images, space.image):
        able = [image for image in images if space.app_type in _apps(images, image)]
        choice = ", ".join([show(image) for image in [*able, SAGEMAKER_DISTRIBUTION]])
        yield Problem(
            layers.path("image"),
            f"one of {name}'s images that runs as {space.app_type}: {choice}; it is "
            f"{show(space.image)}",
        )
    if space.image is None and region not in distribution.OWNERS:
        yield Problem(
            layers.path("image"),
            f"one of {name}'s images that runs as {space.app_type}: which account publishes "
            f"SageMaker Distribution in {region} is not known",
        )
    method = layers.chosen("connect")
    if connects and method is ConnectMethod.SSH_HELPER and space.image is None:
        yield Problem(
            layers.path("connect"),
            f"{show(ConnectMethod.NATIVE)} for {name}, whose space starts SageMaker Distribution, "
            f"or an image with sagemaker-ssh-helper that runs as {space.app_type} "
            f"(defaults.space.image, users.{name}.space.image)",
        )
    small = is_too_small_for_native(space.instance_type)
    if connects and method is ConnectMethod.NATIVE and small:
        memory = INSTANCES[space.instance_type].memory_gib
        yield Problem(
            layers.path("instance_type"),
            f"{NATIVE_MEMORY_GIB} GiB of memory or more, such as ml.t3.large, for connect = "
            f'"{ConnectMethod.NATIVE}"; {space.instance_type} has {memory:g}',
        )


def _apps(images: Mapping[str, ImageSettings], image: str) -> tuple[AppType, ...]:
    return images[image].app_types if image in images else ()
