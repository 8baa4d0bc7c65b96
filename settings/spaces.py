"""Each user's space: its settings, and the rules about them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog import distribution
from catalog.instances import INSTANCES, NATIVE_MEMORY_GIB
from catalog.names import AppType, ConnectMethod
from settings.errors import KeyPath, Problem, show
from settings.fields import SAGEMAKER_DISTRIBUTION
from settings.sections import (
    SPACE_APP_TYPES,
    GroupSettings,
    ImageSettings,
    UserDefaults,
    UserSettings,
)


@dataclass(frozen=True, kw_only=True)
class SpaceSettings:
    """A user's space; image: None means SageMaker Distribution."""

    app_type: AppType
    instance_type: str
    volume_gb: int
    image: str | None


@dataclass(frozen=True, kw_only=True)
class UserLayers:
    """The tables of a user's settings, in order of precedence: user, group, defaults."""

    name: str
    user: UserSettings
    group: GroupSettings
    defaults: UserDefaults

    def chosen(self, key: str) -> Any:
        """The value of a key of the tables or their spaces."""
        return self._source(key)[1]

    def path(self, key: str) -> KeyPath:
        """The path where a key is set; in the user's table if it is not."""
        return self._source(key)[0]

    def _source(self, key: str) -> tuple[KeyPath, Any]:
        own: KeyPath = ("users", self.name)
        for path, layer in (
            (own, self.user),
            (("groups", self.user.group), self.group),
            (("defaults",), self.defaults),
        ):
            for table, values in ((path, layer), ((*path, "space"), layer.space)):
                if (value := getattr(values, key, None)) is not None:
                    return (*table, key), value
        return (*own, key), None


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
    memory = INSTANCES[space.instance_type].memory_gib
    if connects and method is ConnectMethod.NATIVE and memory < NATIVE_MEMORY_GIB:
        yield Problem(
            layers.path("instance_type"),
            f"{NATIVE_MEMORY_GIB} GiB of memory or more, such as ml.t3.large, for connect = "
            f'"{ConnectMethod.NATIVE}"; {space.instance_type} has {memory:g}',
        )


def _apps(images: Mapping[str, ImageSettings], image: str) -> tuple[AppType, ...]:
    return images[image].app_types if image in images else ()
