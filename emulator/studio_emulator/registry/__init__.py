"""The container registry of ECR."""

from studio_emulator.inventory import Item
from studio_emulator.moto_internals import ecr_backends
from studio_emulator.registry.lookup import find_image as find_image
from studio_emulator.registry.server import application as application
from studio_emulator.registry.wire import break_upload as break_upload
from studio_emulator.registry.wire import is_upload as is_upload


def inventory(account: str, region: str) -> list[Item]:
    """The images in ECR of the account and region."""
    repositories = ecr_backends[account][region].repositories.values()
    return [
        Item(
            service="ecr",
            type="image",
            id=image.image_digest,
            name=f"{repository.name}:{image.image_tag}" if image.image_tag else repository.name,
            arn=repository.arn,
            note=", ".join(image.image_tags) or "untagged",
        )
        for repository in repositories
        for image in repository.images
    ]
