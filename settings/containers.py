"""How Studio starts a container of an image: what the deployment says, and what a check repeats."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.names import IMAGE_VARIABLE, AppType
from settings.model import Settings
from settings.sections import ImageSettings


@dataclass(frozen=True, kw_only=True)
class ContainerConfig:
    """SageMaker's ContainerConfig of an app image config; what is empty is left to the image."""

    entrypoint: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def command(self, entrypoint: tuple[str, ...], command: tuple[str, ...]) -> tuple[str, ...]:
        """What is run of an image with this ENTRYPOINT and this CMD.

        As engines have it: another entrypoint drops the image's CMD too, other arguments alone
        replace the CMD.
        """
        if self.entrypoint:
            return self.entrypoint + self.arguments
        return entrypoint + (self.arguments or command)


def container_config(settings: Settings, image: str, app_type: AppType) -> ContainerConfig:
    """Of an image of the settings, or of one with the defaults where they do not name it.

    A kernel gateway has none: SageMaker starts that itself.
    """
    if app_type is AppType.KERNEL_GATEWAY:
        return ContainerConfig()
    own = settings.image.get(image, ImageSettings())
    return ContainerConfig(
        entrypoint=own.entrypoint,
        arguments=own.arguments,
        environment={**own.environment, IMAGE_VARIABLE: f"{settings.name}-{image}"},
    )
