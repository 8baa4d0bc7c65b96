"""Refuses a push if ECR's lifecycle policy would then delete an image that is in use."""

from settings import Settings, UserError
from studio.aws.ecr import Ecr, Repository
from studio.aws.sagemaker_images import list_versions


def check_retention(ecr: Ecr, repository: Repository, settings: Settings, image: str) -> None:
    """Raise UserError if another push would make ECR delete the image of a version.

    The repository's lifecycle policy keeps the newest images, in use or not
    (docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html): the deployed policy
    now, `ecr.keep_images` after the next deployment.
    """
    digests, wanted = list(ecr.pushed(repository.name)), settings.ecr.keep_images
    deployed = ecr.retained_images(repository)
    keep = wanted if deployed is None else min(wanted, deployed)
    surplus = len(digests) + 1 - keep
    if surplus <= 0:
        return
    why = f"ecr.keep_images = {wanted}"
    if keep < wanted:
        why += f", and the deployed lifecycle policy of {repository.name} keeps {keep}"
    name = f"{settings.name}-{image}"
    for version in list_versions(ecr.aws, name) or ():
        if version.digest in digests[:surplus]:
            raise UserError(
                f"{why}: after this push ECR would delete {repository.uri}@{version.digest}, the "
                f"base image of version {version.number} of {name}: raise ecr.keep_images and "
                "deploy the ecr stack, or delete the version"
            )
