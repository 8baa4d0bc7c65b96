"""Each user's space: its settings, and the rules about them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog import distribution
from catalog.instances import INSTANCES, NATIVE_MEMORY_GIB
from catalog.names import AppType, ConnectMethod
from settings.errors import KeyPath, show
from settings.fields import SAGEMAKER_DISTRIBUTION
from settings.sections import SPACE_APP_TYPES, ImageSettings, UserDefaults, UserSettings


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


def space_of(
    user: UserSettings, defaults: UserDefaults, images: Mapping[str, ImageSettings]
) -> SpaceSettings:
    """A user's space, with the defaults filled in; images: those that the user may start."""
    everyone = defaults.space
    app_type = user.space.app_type or everyone.app_type
    chosen = everyone.image if user.space.image is None else user.space.image
    return SpaceSettings(
        app_type=app_type,
        instance_type=user.space.instance_type or everyone.instance_type,
        volume_gb=user.space.volume_gb or everyone.volume_gb,
        image=_first(images, app_type) if chosen == "" else _named(chosen),
    )


def connect_method_of(user: UserSettings, defaults: UserDefaults) -> ConnectMethod:
    """How a user's local editor reaches the space."""
    return user.connect or defaults.connect


def space_problems(
    name: str,
    user: UserSettings,
    defaults: UserDefaults,
    images: Mapping[str, ImageSettings],
    *,
    region: str,
    connects: bool,
) -> Iterator[tuple[KeyPath, str]]:
    """The problems of a user's space, with the key that causes each.

    images: the user's. connects: whether people connect to spaces at all.
    """
    space = space_of(user, defaults, images)
    shown = [app for app in defaults.app_types if app in SPACE_APP_TYPES]
    if shown and space.app_type not in shown:
        yield (
            _where(name, user, "app_type"),
            f"one that Studio shows (defaults.app_types): {', '.join(shown)}",
        )
    if space.image is not None and space.app_type not in _apps(images, space.image):
        able = [image for image in images if space.app_type in _apps(images, image)]
        choice = ", ".join([show(image) for image in [*able, SAGEMAKER_DISTRIBUTION]])
        yield (
            _where(name, user, "image"),
            f"an image of {name}'s that runs as {space.app_type}: {choice}; it is "
            f"{show(space.image)}",
        )
    if space.image is None and region not in distribution.OWNERS:
        yield (
            _where(name, user, "image"),
            f"an image of {name}'s that runs as {space.app_type}: which account publishes "
            f"SageMaker Distribution in {region} is not known",
        )
    method = connect_method_of(user, defaults)
    if connects and method is ConnectMethod.SSH_HELPER and space.image is None:
        yield (
            ("users", name, "connect") if user.connect else ("defaults", "connect"),
            f"{show(ConnectMethod.NATIVE)} for {name}, whose space starts SageMaker Distribution, "
            f"or an image with sagemaker-ssh-helper that runs as {space.app_type} "
            f"(defaults.space.image, users.{name}.space.image)",
        )
    memory = INSTANCES[space.instance_type].memory_gib
    if connects and method is ConnectMethod.NATIVE and memory < NATIVE_MEMORY_GIB:
        yield (
            _where(name, user, "instance_type"),
            f"{NATIVE_MEMORY_GIB} GiB of memory or more, such as ml.t3.large, for connect = "
            f'"{ConnectMethod.NATIVE}"; {space.instance_type} has {memory:g}',
        )


def _where(name: str, user: UserSettings, key: str) -> KeyPath:
    own = getattr(user.space, key) is not None
    return ("users", name, "space", key) if own else ("defaults", "space", key)


def _apps(images: Mapping[str, ImageSettings], image: str) -> tuple[AppType, ...]:
    return images[image].app_types if image in images else ()


def _first(images: Mapping[str, ImageSettings], app_type: AppType) -> str | None:
    return next((name for name, image in images.items() if app_type in image.app_types), None)


def _named(image: str) -> str | None:
    return None if image == SAGEMAKER_DISTRIBUTION else image
