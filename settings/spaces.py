"""Each user's space: its settings, and the rules about them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog import distribution
from catalog.instances import INSTANCES, NATIVE_MEMORY_GIB
from catalog.names import AppType, ConnectMethod
from settings.errors import KeyPath, show
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
    """A user's space.

    volume_gb: of its home, in GB. image: the name of an image in the settings; None means
    SageMaker Distribution.
    """

    app_type: AppType
    instance_type: str
    volume_gb: int
    image: str | None


@dataclass(frozen=True, kw_only=True)
class UserLayers:
    """Where a user's settings come from: the user's own table, the group's, the defaults."""

    name: str
    user: UserSettings
    group: GroupSettings
    defaults: UserDefaults

    def chosen(self, key: str) -> Any:
        """The value of a key outside the space: idle_minutes, images or connect."""
        for layer in (self.user, self.group):
            if (value := getattr(layer, key)) is not None:
                return value
        return getattr(self.defaults, key, None)

    def of_space(self, key: str) -> Any:
        """The value of a key of the space."""
        for layer in (self.user, self.group):
            if (value := getattr(layer.space, key)) is not None:
                return value
        return getattr(self.defaults.space, key)

    def path(self, key: str) -> KeyPath:
        """The key that sets idle_minutes, images or connect; the user's own if none does."""
        if getattr(self.user, key) is None:
            if getattr(self.group, key) is not None:
                return ("groups", self.user.group, key)
            if hasattr(self.defaults, key):
                return ("defaults", key)
        return ("users", self.name, key)

    def path_in_space(self, key: str) -> KeyPath:
        """The key that sets a value of the space."""
        if getattr(self.user.space, key) is not None:
            return ("users", self.name, "space", key)
        if getattr(self.group.space, key) is not None:
            return ("groups", self.user.group, "space", key)
        return ("defaults", "space", key)


def space_of(layers: UserLayers, images: Mapping[str, ImageSettings]) -> SpaceSettings:
    """A user's space, with the defaults filled in; images: those that the user may start."""
    app_type = layers.of_space("app_type")
    chosen = layers.of_space("image")
    return SpaceSettings(
        app_type=app_type,
        instance_type=layers.of_space("instance_type"),
        volume_gb=layers.of_space("volume_gb"),
        image=_first(images, app_type) if chosen == "" else _named(chosen),
    )


def space_problems(
    layers: UserLayers,
    images: Mapping[str, ImageSettings],
    *,
    region: str,
    connects: bool,
) -> Iterator[tuple[KeyPath, str]]:
    """The problems of a user's space, with the key that causes each.

    images: the user's. connects: whether people connect to spaces at all.
    """
    name, space = layers.name, space_of(layers, images)
    shown = [app for app in layers.defaults.app_types if app in SPACE_APP_TYPES]
    if shown and space.app_type not in shown:
        yield (
            layers.path_in_space("app_type"),
            f"one that Studio shows (defaults.app_types): {', '.join(shown)}",
        )
    if space.image is not None and space.app_type not in _apps(images, space.image):
        able = [image for image in images if space.app_type in _apps(images, image)]
        choice = ", ".join([show(image) for image in [*able, SAGEMAKER_DISTRIBUTION]])
        yield (
            layers.path_in_space("image"),
            f"an image of {name}'s that runs as {space.app_type}: {choice}; it is "
            f"{show(space.image)}",
        )
    if space.image is None and region not in distribution.OWNERS:
        yield (
            layers.path_in_space("image"),
            f"an image of {name}'s that runs as {space.app_type}: which account publishes "
            f"SageMaker Distribution in {region} is not known",
        )
    method = layers.chosen("connect")
    if connects and method is ConnectMethod.SSH_HELPER and space.image is None:
        yield (
            layers.path("connect"),
            f"{show(ConnectMethod.NATIVE)} for {name}, whose space starts SageMaker Distribution, "
            f"or an image with sagemaker-ssh-helper that runs as {space.app_type} "
            f"(defaults.space.image, users.{name}.space.image)",
        )
    memory = INSTANCES[space.instance_type].memory_gib
    if connects and method is ConnectMethod.NATIVE and memory < NATIVE_MEMORY_GIB:
        yield (
            layers.path_in_space("instance_type"),
            f"{NATIVE_MEMORY_GIB} GiB of memory or more, such as ml.t3.large, for connect = "
            f'"{ConnectMethod.NATIVE}"; {space.instance_type} has {memory:g}',
        )


def _apps(images: Mapping[str, ImageSettings], image: str) -> tuple[AppType, ...]:
    return images[image].app_types if image in images else ()


def _first(images: Mapping[str, ImageSettings], app_type: AppType) -> str | None:
    return next((name for name, image in images.items() if app_type in image.app_types), None)


def _named(image: str) -> str | None:
    return None if image == SAGEMAKER_DISTRIBUTION else image
