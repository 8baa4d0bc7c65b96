"""Helpers for tests of `studio push`."""

from typing import Any

from settings import Settings


def push_settings(*images: str, **ecr: Any) -> Settings:
    """Settings with these images, without the check before a push."""
    return Settings.model_validate(
        {"image": {name: {} for name in images}, "ecr": {"check": False, **ecr}}
    )


def tags(ecr: Any, repository: str = "studio/slim") -> dict[str, str]:
    """The digest by tag."""
    details = ecr.describe_images(repositoryName=repository)["imageDetails"]
    return {tag: detail["imageDigest"] for detail in details for tag in detail["imageTags"]}
