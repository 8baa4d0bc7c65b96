"""DescribeLogGroups, as boto3 sees it."""

from __future__ import annotations

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import refusal

GROUPS = ("/aws/sagemaker/studio", "/aws/vpc/studio", "other")


@pytest.fixture
def logs(aws: Emulator) -> Any:
    client = aws.client("logs")
    for name in GROUPS:
        client.create_log_group(logGroupName=name)
    return client


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, GROUPS),
        ({"logGroupNamePrefix": "/aws/"}, GROUPS[:2]),
        ({"logGroupNamePattern": "vpc"}, GROUPS[1:2]),
        ({"logGroupNamePattern": "VPC"}, ()),
        ({"logGroupIdentifiers": ["other"]}, GROUPS[2:]),
    ],
)
def test_which_groups(logs: Any, asked: dict[str, Any], found: tuple[str, ...]) -> None:
    pages = logs.get_paginator("describe_log_groups").paginate(
        **asked, PaginationConfig={"PageSize": 1}
    )
    names = tuple(group["logGroupName"] for page in pages for group in page["logGroups"])
    assert names == found


def test_prefix_and_pattern_exclude_each_other(logs: Any) -> None:
    code, message = refusal(
        logs.describe_log_groups, logGroupNamePrefix="/aws", logGroupNamePattern="vpc"
    )
    assert (code, "mutually exclusive" in message) == ("InvalidParameterException", True)
