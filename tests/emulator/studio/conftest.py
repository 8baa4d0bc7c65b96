"""Fixtures: images and their versions."""

from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import READ_IMAGES, make_role, settled


@pytest.fixture
def make_image(aws: Emulator, sagemaker: Any) -> Callable[..., dict[str, Any]]:
    """Creates an image with a role that can read ECR; returns its description."""

    def make(name: str = "slim", *, role: str = "", **more: Any) -> dict[str, Any]:
        role = role or make_role(aws, f"{name}-role", READ_IMAGES)
        sagemaker.create_image(ImageName=name, RoleArn=role, **more)
        return settled(lambda: sagemaker.describe_image(ImageName=name), "ImageStatus")

    return make


@pytest.fixture
def make_version(sagemaker: Any) -> Callable[..., dict[str, Any]]:
    """Creates a version of an image; returns its description."""

    def make(base: str, name: str = "slim", **more: Any) -> dict[str, Any]:
        sagemaker.create_image_version(ImageName=name, BaseImage=base, **more)
        return settled(
            lambda: sagemaker.describe_image_version(ImageName=name), "ImageVersionStatus"
        )

    return make
