import json
from importlib.resources import files

import pytest

from catalog.distribution import OWNERS, VERSION_ALIAS, image_arn, is_published
from catalog.regions import REGIONS

SDK: dict[str, list[str]] = json.loads(
    files("studio_emulator").joinpath("studio/aws_registries.json").read_text()
)
"""AWS's registries by region, from the image URI tables of the SageMaker Python SDK."""

GUIDE_ONLY = {"il-central-1", *REGIONS["aws-cn"], *REGIONS["aws-us-gov"]}


def test_the_version_has_what_native_connections_need() -> None:
    assert [int(part) for part in VERSION_ALIAS.split(".")] >= [2, 7]


def test_each_owner_is_an_aws_registry_of_the_region() -> None:
    wrong = {region for region, owner in OWNERS.items() if owner not in SDK.get(region, ())}
    assert wrong == GUIDE_ONLY


@pytest.mark.parametrize(
    ("region", "instance_type", "arn"),
    [
        ("us-east-1", "ml.t3.large", "arn:aws:sagemaker:us-east-1:885854791233:image/{}-cpu"),
        ("us-west-2", "ml.p3.2xlarge", "arn:aws:sagemaker:us-west-2:542918446943:image/{}-gpu"),
        (
            "cn-north-1",
            "ml.g5.xlarge",
            "arn:aws-cn:sagemaker:cn-north-1:674439102856:image/{}-gpu",
        ),
    ],
)
def test_the_image_is_for_the_region_and_the_instance(
    region: str, instance_type: str, arn: str
) -> None:
    found = image_arn(region, instance_type)
    assert found == arn.format("sagemaker-distribution")
    assert is_published(found)


def test_an_own_image_is_not_published_by_aws() -> None:
    assert not is_published("arn:aws:sagemaker:us-east-1:123456789012:image/studio-slim")
