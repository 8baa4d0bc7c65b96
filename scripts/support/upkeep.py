"""What a push makes ECR's lifecycle policy delete, and who would miss it."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from scripts.support.ecr import Ecr, Repository
from settings import Settings, UserError

_CONFIG = Config(connect_timeout=10, read_timeout=20, retries={"total_max_attempts": 3})


def keep_what_is_used(ecr: Ecr, repository: Repository, settings: Settings, image: str) -> None:
    """UserError when one push more would let ECR delete an image that a version is made from.

    The repository's lifecycle policy keeps the newest `ecr.keep_images`, whoever uses the others
    (docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).
    """
    digests = ecr.digests(repository)
    surplus = len(digests) + 1 - settings.ecr.keep_images
    if surplus <= 0:
        return
    # So long as the image stack's names fit SageMaker's 63 characters, which settings see to.
    name = f"{settings.name}-{image}"
    leaving = set(digests[:surplus])
    for version, base in _versions(settings.region, name):
        if base.rpartition("@")[2] in leaving:
            raise UserError(
                f"ecr.keep_images = {settings.ecr.keep_images}: with one image more ECR would "
                f"delete {base}, which version {version} of {name} is made from: raise "
                "ecr.keep_images and deploy the ecr stack, or delete the version"
            )


def _versions(region: str, image: str) -> Iterator[tuple[int, str]]:
    """Number and base image of each version of a SageMaker image; none when there is no image."""
    try:
        client = boto3.Session().client("sagemaker", region_name=region, config=_CONFIG)
        try:
            pages = client.get_paginator("list_image_versions").paginate(ImageName=image)
            numbers = [entry["Version"] for page in pages for entry in page["ImageVersions"]]
        except client.exceptions.ResourceNotFound:
            return
        for number in numbers:
            version = client.describe_image_version(ImageName=image, Version=number)
            yield number, version.get("BaseImage", "")
    except (BotoCoreError, ClientError) as error:
        raise UserError(f"SageMaker: {error}") from error
