"""Builds the ContainerConfig of an image from [image.NAME]; images.py limits its values."""

from catalog.container_config import ContainerConfig
from catalog.names import IMAGE_VARIABLE, AppType
from settings.images import ImageSettings
from settings.model import Settings


def container_config(settings: Settings, image: str, app_type: AppType) -> ContainerConfig:
    """For an image, by its settings or the defaults; empty for a kernel gateway."""
    if app_type is AppType.KERNEL_GATEWAY:
        return ContainerConfig()
    own = settings.image.get(image, ImageSettings())
    return ContainerConfig(
        entrypoint=own.entrypoint,
        arguments=own.arguments,
        environment={**own.environment, IMAGE_VARIABLE: f"{settings.name}-{image}"},
    )
