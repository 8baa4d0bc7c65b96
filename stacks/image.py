"""The custom images of Studio, each with the version that its folder's content asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from constructs import Construct

from modules.custom_image import CustomImage, StudioImage
from settings import Settings
from settings.containers import container_config
from settings.record import REFRESH
from settings.versions import Versions
from stacks.base import StudioStack
from stacks.ecr import EcrOutputs
from stacks.role import RoleOutputs


@dataclass(frozen=True)
class ImageOutputs:
    """images: by the image's name in the settings."""

    images: Mapping[str, CustomImage]


class ImageStack(StudioStack):
    """One SageMaker image, its version and its app image configs for each enabled image.

    Without one it is empty, and its deployment destroys what was in it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        role: RoleOutputs,
        ecr: EcrOutputs,
        versions: Versions,
    ) -> None:
        super().__init__(scope, id_, settings=settings)
        tracked = {name: versions.tracked(name) for name in settings.images}
        images = {
            name: StudioImage(
                self,
                name,
                name=self.context.name(name),
                repository=ecr.repositories.get(name),
                base_image=image.uri or None,
                tag=tracked[name].tag,
                address=tracked[name].address,
                removed=tracked[name].removed,
                known_tags=tracked[name].recorded,
                import_existing=tracked[name].adopted,
                role_arn=role.image_role_arn,
                containers={
                    app_type: container_config(settings, name, app_type)
                    for app_type in image.app_types
                },
                push_hint=f"Run `studio push {name}`.",
                unknown_hint=f"Run `{REFRESH}` to add it to the record of versions.",
                display_name=image.display_name or None,
                description=image.description or None,
            )
            for name, image in settings.images.items()
        }
        self.outputs = ImageOutputs(images={name: image.image for name, image in images.items()})
        if images:
            self.export(
                "image_versions",
                {name: image.version for name, image in images.items()},
                "The newest version of each image, by its name in studio.toml.",
            )
