"""The container registry that ECR's repository addresses point to."""

from __future__ import annotations

from studio_emulator.inventory import Item
from studio_emulator.moto_internals import ecr_backends
from studio_emulator.registry.archive import write_archive
from studio_emulator.registry.blobs import BLOBS
from studio_emulator.registry.breaking import break_off, is_piece
from studio_emulator.registry.lookup import PushedImage, find_image
from studio_emulator.registry.server import application

__all__ = [
    "PushedImage",
    "application",
    "break_off",
    "find_image",
    "inventory",
    "is_piece",
    "reset",
    "write_archive",
]


def inventory(account: str, region: str) -> list[Item]:
    """The images in the ECR of `account` in `region`."""
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


def reset() -> None:
    """Forget blobs and uploads; images and repositories go with moto's reset."""
    BLOBS.reset()
