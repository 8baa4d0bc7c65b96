"""The repositories that the images of Studio are pushed to."""

from collections.abc import Mapping
from dataclasses import dataclass

from constructs import Construct

from modules.repository import ImageRepository, Repository
from settings import Settings
from stacks.base import StudioStack


@dataclass(frozen=True)
class EcrOutputs:
    """repositories: by the image's name in the settings."""

    repositories: Mapping[str, Repository]


class EcrStack(StudioStack):
    """One repository for each enabled image that is built; without one it is empty."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        super().__init__(scope, id_, settings=settings)
        repositories = {
            image: ImageRepository(
                self,
                image,
                name=f"{settings.name}/{image}",
                keep_images=settings.ecr.keep_images,
                force_delete=settings.ecr.force_delete,
            ).repository
            for image in settings.built_images
        }
        self.outputs = EcrOutputs(repositories=repositories)
        if repositories:
            self.export(
                "repository_urls",
                {image: repository.url for image, repository in repositories.items()},
                "Where each image is pushed to, by its name in studio.toml.",
            )
