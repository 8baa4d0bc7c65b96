"""Surplus versions of an image."""

import pytest

from studio.aws.sagemaker_images import Version
from studio.images.versions.prune import surplus_versions
from tests.studio.images.versions.samples import version


@pytest.mark.parametrize(
    ("versions", "keep", "surplus"),
    [
        ([], 1, []),
        ([version(1), version(2)], 2, []),
        ([version(1), version(2), version(3)], 2, [1]),
        ([version(1), version(2), version(3)], 1, [1, 2]),
        ([version(1), version(2, status="CREATE_FAILED"), version(3)], 2, [2]),
        ([version(1), version(2, status="DELETING"), version(3)], 2, []),
        ([version(1), version(2, status="CREATE_FAILED")], 1, [2]),
    ],
)
def test_surplus_versions(versions: list[Version], keep: int, surplus: list[int]) -> None:
    assert surplus_versions(versions, keep=keep) == surplus
