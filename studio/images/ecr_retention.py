"""Refuses a push after which ECR's lifecycle policy would delete an image that is in use."""

from __future__ import annotations

from collections.abc import Iterator

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.ecr import Ecr, Repository
from studio.aws.errors import ignoring


def check_retention(ecr: Ecr, repository: Repository, settings: Settings, image: str) -> None:
    """UserError when one push more would let ECR delete an image that a version is made from.

    The repository's lifecycle policy keeps the newest ones, whoever uses the others
    (docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html): as many as the policy
    says that is deployed, and after the next deployment as `ecr.keep_images` says.
    """
    digests, wanted = ecr.digests(repository), settings.ecr.keep_images
    deployed = ecr.kept(repository)
    keep = wanted if deployed is None else min(wanted, deployed)
    surplus = len(digests) + 1 - keep
    if surplus <= 0:
        return
    why = f"ecr.keep_images = {wanted}"
    if keep < wanted:
        why += f", and the lifecycle policy of {repository.name} that is deployed keeps {keep}"
    # So long as the image stack's names fit SageMaker's 63 characters, which settings see to.
    name = f"{settings.name}-{image}"
    leaving = set(digests[:surplus])
    for version, base in _versions(ecr.aws, name):
        if base.rpartition("@")[2] in leaving:
            raise UserError(
                f"{why}: with one image more ECR would "
                f"delete {base}, which version {version} of {name} is made from: raise "
                "ecr.keep_images and deploy the ecr stack, or delete the version"
            )


def _versions(aws: Aws, image: str) -> Iterator[tuple[int, str]]:
    """Number and base image of each version of a SageMaker image; none when there is no image."""
    numbers = list[int]()
    with ignoring("ResourceNotFound"):
        listed = aws.all("sagemaker", "list_image_versions", "ImageVersions", ImageName=image)
        numbers = [entry["Version"] for entry in listed]
    for number in numbers:
        asked = {"ImageName": image, "Version": number}
        version = aws.client("sagemaker").describe_image_version(**asked)
        yield number, version.get("BaseImage", "")
