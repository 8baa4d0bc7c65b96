"""The repositories that the images of Studio are pushed to."""

from constructs import Construct

from modules.repository import ImageRepository, Repository
from settings import Settings
from stacks.base import StudioStack


class EcrStack(StudioStack):
    """One repository for each enabled image that is built; without one it is empty.

    Attributes: ``repositories``, by the image's name in the settings.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        super().__init__(scope, id_, settings=settings)
        self.repositories: dict[str, Repository] = {
            image: ImageRepository(
                self,
                image,
                name=f"{settings.name}/{image}",
                keep_images=settings.ecr.keep_images,
                force_delete=settings.ecr.force_delete,
            ).repository
            for image in settings.built_images
        }
        if self.repositories:
            self.export(
                "repository_urls",
                {image: repository.url for image, repository in self.repositories.items()},
                "Where each image is pushed to, by its name in studio.toml.",
            )
