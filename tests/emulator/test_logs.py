"""CloudWatch Logs: DescribeLogGroups and FilterLogEvents."""

import time
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
def test_describe_log_groups_filters(
    logs: Any, asked: dict[str, Any], found: tuple[str, ...]
) -> None:
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


def test_filter_log_events_orders_by_timestamp(logs: Any) -> None:
    now = int(time.time() * 1000)
    for number, stream in enumerate(("app/b", "app/a", "other")):
        logs.create_log_stream(logGroupName="other", logStreamName=stream)
        logs.put_log_events(
            logGroupName="other",
            logStreamName=stream,
            logEvents=[{"timestamp": now + number, "message": stream}],
        )

    def messages(**asked: Any) -> list[str]:
        found = logs.filter_log_events(logGroupName="other", **asked)
        return [event["message"] for event in found["events"]]

    assert messages() == ["app/b", "app/a", "other"]
    assert messages(logStreamNamePrefix="app/") == ["app/b", "app/a"]
    assert messages(logStreamNames=["app/a"]) == ["app/a"]
    assert messages(startTime=now + 1, endTime=now + 1) == ["app/a"]
    assert messages(filterPattern="other") == ["other"]
    code, _ = refusal(
        logs.filter_log_events,
        logGroupName="other",
        logStreamNames=["app/a"],
        logStreamNamePrefix="app/",
    )
    assert code == "InvalidParameterException"
    for wrong in ({"logGroupName": "absent"}, {"logGroupName": "other", "logStreamNames": ["no"]}):
        code, _ = refusal(logs.filter_log_events, **wrong)
        assert code == "ResourceNotFoundException"
