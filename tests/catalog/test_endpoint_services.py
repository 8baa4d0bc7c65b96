"""The endpoints that a feature needs, their names and their cost."""

import itertools
import re

import pytest

from catalog.endpoint_services import BASELINE, FEATURES, service_name, services
from catalog.names import Feature
from catalog.service_prices import ENDPOINT_ZONE_HOUR
from settings import NetworkSettings
from settings.paths import STUDIO_TOML

COMMENTS = re.sub(r"\n#\s+", " ", STUDIO_TOML.read_text())
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


def usd_a_day(endpoints: int) -> str:
    return f"{endpoints * NetworkSettings().zones * 24 * ENDPOINT_ZONE_HOUR:.2f} USD a day"


@pytest.mark.parametrize("feature", Feature)
def test_studio_toml_has_the_cost_of_each_feature(feature: Feature) -> None:
    count = len(FEATURES[feature])
    (said,) = re.findall(rf" {feature}  +.*?: (\d+ endpoints?, [\d.]+ USD a day)", COMMENTS)
    assert said == f"{count} endpoint{'' if count == 1 else 's'}, {usd_a_day(count)}"


def test_studio_toml_has_the_cost_of_studio_itself() -> None:
    assert len(BASELINE) == 3
    assert f"Studio itself needs three endpoints ({usd_a_day(3)})" in COMMENTS
