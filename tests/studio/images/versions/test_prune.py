"""Which versions of an image may be deleted."""

import pytest

from studio.aws.sagemaker_images import Version
from studio.images.versions.prune import surplus_versions
from tests.studio.images.versions.samples import version


@pytest.mark.parametrize(
    ("versions", "keep", "passed"),
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
def test_versions_beyond_the_newest_are_passed(
    versions: list[Version], keep: int, passed: list[int]
) -> None:
    assert surplus_versions(versions, keep=keep) == passed
