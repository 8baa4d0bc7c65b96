"""The endpoints that a feature needs, and their names."""

import itertools

import pytest

from catalog.endpoint_services import service_name, services
from catalog.names import Feature

NEEDS: dict[str, set[str]] = {
    "connect": {"ssm", "ssmmessages", "sts", "logs"},
    "jobs": {"sts", "logs", "ecr.api", "ecr.dkr"},
    "inference": set(),
    "projects": {"servicecatalog"},
    "packages": {"codeartifact.api", "codeartifact.repositories"},
    "git": {"git-codecommit"},
    "encryption": {"kms"},
    "legacy-agent": {"ec2messages"},
}
COMBINATIONS = [
    combination
    for size in range(len(NEEDS) + 1)
    for combination in itertools.combinations(NEEDS, size)
]


def test_each_combination_of_features_has_only_its_endpoints() -> None:
    for features in COMBINATIONS:
        needed = set[str]().union(*(NEEDS[feature] for feature in features))
        found = services(Feature(feature) for feature in features)
        assert set(found) == {"sagemaker.api", "sagemaker.runtime", "studio"} | needed, features
        assert len(found) == len(set(found)), features


def test_every_feature_is_in_the_table() -> None:
    assert NEEDS.keys() == {feature.value for feature in Feature}


@pytest.mark.parametrize(
    ("service", "region", "name"),
    [
        ("ssm", "eu-west-1", "com.amazonaws.eu-west-1.ssm"),
        ("studio", "eu-west-1", "aws.sagemaker.eu-west-1.studio"),
        ("sts", "cn-north-1", "cn.com.amazonaws.cn-north-1.sts"),
        ("ecr.dkr", "cn-northwest-1", "cn.com.amazonaws.cn-northwest-1.ecr.dkr"),
        ("ssm", "cn-north-1", "com.amazonaws.cn-north-1.ssm"),
        ("studio", "cn-north-1", "aws.sagemaker.cn-north-1.studio"),
        ("sts", "us-gov-west-1", "com.amazonaws.us-gov-west-1.sts"),
    ],
)
def test_service_names_follow_the_partition(service: str, region: str, name: str) -> None:
    assert service_name(service, region) == name
