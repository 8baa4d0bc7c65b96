"""The accounts in which AWS keeps container images for SageMaker, by region.

From `sagemaker-core/src/sagemaker/core/image_uri_config` of aws/sagemaker-python-sdk, August 2026.
"""

import json
from functools import cache
from pathlib import Path


def is_aws_registry(account: str, region: str) -> bool:
    """Whether the SageMaker SDK names images of that account in that region."""
    return account in _registries().get(region, frozenset())


@cache
def _registries() -> dict[str, frozenset[str]]:
    text = Path(__file__).with_suffix(".json").read_text()
    return {region: frozenset(accounts) for region, accounts in json.loads(text).items()}
