"""AWS's accounts with images for SageMaker, by region."""

import json
from functools import cache
from pathlib import Path

# In these regions, only the SageMaker guide (code-editor-use-instances) names the account of
# SageMaker Distribution.
_DISTRIBUTIONS = {
    "cn-north-1": "674439102856",
    "cn-northwest-1": "651871951035",
    "il-central-1": "080319125002",
    "us-gov-east-1": "300993876623",
    "us-gov-west-1": "300992924816",
}


def has_registry(account: str, region: str) -> bool:
    """Whether the account has container images of AWS for SageMaker in the region."""
    return account in _registries().get(region, ())


def has_images(account: str, region: str) -> bool:
    """Whether the account has SageMaker images of AWS, such as SageMaker Distribution."""
    return has_registry(account, region) or _DISTRIBUTIONS.get(region) == account


def of_images(region: str) -> str:
    """An account with SageMaker images of AWS in the region; "" if none is known."""
    return _DISTRIBUTIONS.get(region) or next(iter(_registries().get(region, ())), "")


@cache
def _registries() -> dict[str, list[str]]:
    """The accounts in which AWS keeps container images for SageMaker, by region.

    From `sagemaker-core/src/sagemaker/core/image_uri_config` of aws/sagemaker-python-sdk, August
    2026.
    """
    found: dict[str, list[str]] = json.loads(
        Path(__file__).with_name("aws_registries.json").read_text()
    )
    return found
