"""CloudWatch Logs: keys, retention and classes of log groups, resource policies, and log events."""

import time
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, REGION, allow, code_of, document, refused
from tests.emulator.services.key_policies import LOGS, OWNER, statement

ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group"
DENIED, INVALID = "AccessDeniedException", "InvalidParameterException"
NOT_FOUND = "ResourceNotFoundException"
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
        ({"logGroupNamePrefix": "vpc"}, ()),
        ({"logGroupIdentifiers": ["other"]}, GROUPS[2:]),
        ({"logGroupIdentifiers": [f"{ARN}:other"]}, GROUPS[2:]),
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


def test_default_page_size(logs: Any) -> None:
    for number in range(50):
        logs.create_log_group(logGroupName=f"g{number}")
    assert len(logs.describe_log_groups()["logGroups"]) == 50


def test_prefix_and_pattern_exclude_each_other(logs: Any) -> None:
    both = {"logGroupNamePrefix": "/aws", "logGroupNamePattern": "vpc"}
    refused(INVALID, "mutually exclusive", logs.describe_log_groups, **both)


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
    by_arn = logs.filter_log_events(logGroupIdentifier=f"{ARN}:other")["events"]
    assert [event["message"] for event in by_arn] == messages()
    assert messages(logStreamNamePrefix="app/") == ["app/b", "app/a"]
    assert messages(logStreamNames=["app/a"]) == ["app/a"]
    assert messages(startTime=now + 1, endTime=now + 1) == ["app/a"]
    assert messages(filterPattern="other") == ["other"]
    both = {"logStreamNames": ["app/a"], "logStreamNamePrefix": "app/"}
    assert code_of(logs.filter_log_events, logGroupName="other", **both) == INVALID
    for wrong in ({"logGroupName": "absent"}, {"logGroupName": "other", "logStreamNames": ["no"]}):
        assert code_of(logs.filter_log_events, **wrong) == NOT_FOUND
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName="other", PaginationConfig={"PageSize": 1}
    )
    for page, message in zip(pages, messages(), strict=True):
        assert [event["message"] for event in page["events"]] == [message]


GROUP = f"{ARN}:studio"
OF_GROUP = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": GROUP}}
OF_ANOTHER = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": f"{GROUP}-2"}}


@pytest.mark.parametrize(
    ("more", "fails"),
    [
        ([], True),
        ([statement({"Service": "s3.amazonaws.com"})], True),
        ([statement(LOGS, "kms:Decrypt")], True),
        ([statement(LOGS, Condition=OF_ANOTHER)], True),
        ([statement(LOGS)], False),
        ([statement(LOGS, Condition=OF_GROUP)], False),
        # The policy of the keys in the provider's acceptance tests of log groups.
        ([statement({"AWS": "*"})], False),
    ],
)
def test_key_policy_must_allow_cloudwatch_logs(
    aws: Emulator, more: list[dict[str, Any]], fails: bool
) -> None:
    logs, kms = aws.client("logs"), aws.client("kms")
    key = kms.create_key(Policy=document(OWNER, *more))["KeyMetadata"]["Arn"]
    named = {"logGroupName": "studio"}
    if fails:
        refused(DENIED, GROUP, logs.create_log_group, **named, kmsKeyId=key)
        logs.create_log_group(**named)
        assert code_of(logs.associate_kms_key, **named, kmsKeyId=key) == DENIED
    else:
        logs.create_log_group(**named, kmsKeyId=key)


def test_log_group_with_unusable_key_or_invalid_retention(aws: Emulator) -> None:
    logs, kms = aws.client("logs"), aws.client("kms")
    absent = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/12345678-1234-1234-1234-123456789012"
    policy = {"Policy": document(OWNER, statement(LOGS))}
    signing = {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}
    disabled, asymmetric = (
        kms.create_key(**policy, **spec)["KeyMetadata"]["Arn"] for spec in ({}, signing)
    )
    kms.disable_key(KeyId=disabled)
    named = {"logGroupName": "studio"}
    for key in (absent, disabled, asymmetric):
        assert code_of(logs.create_log_group, **named, kmsKeyId=key) == DENIED
    logs.create_log_group(**named)
    assert code_of(logs.put_retention_policy, **named, retentionInDays=8) == INVALID


def test_logs_refuse_invalid_policies_and_unknown_resources(logs: Any) -> None:
    for policy in ("{", "{}", document(allow(StringLiek={}))):
        put = {"policyName": "p", "policyDocument": policy}
        assert code_of(logs.put_resource_policy, **put) == INVALID
    named = {"logGroupName": "other", "filterName": "f"}
    assert code_of(logs.delete_metric_filter, **named) == NOT_FOUND
    value = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    logs.put_metric_filter(**named, filterPattern="", metricTransformations=[value])
    logs.delete_metric_filter(**named)
    tags = {"tags": {"a": "b"}}
    assert code_of(logs.tag_resource, resourceArn=f"{ARN}:absent", **tags) == NOT_FOUND
    logs.tag_resource(resourceArn=f"{ARN}:other", **tags)


def test_log_group_keeps_its_class(logs: Any) -> None:
    logs.create_log_group(logGroupName="rare", logGroupClass="INFREQUENT_ACCESS")
    shown = {group["logGroupName"]: group for group in logs.describe_log_groups()["logGroups"]}
    classes = shown["rare"]["logGroupClass"], shown["other"]["logGroupClass"]
    assert classes == ("INFREQUENT_ACCESS", "STANDARD")


def test_name_of_a_log_group_does_not_start_with_aws(logs: Any) -> None:
    refused("InvalidParameterException", "", logs.create_log_group, logGroupName="aws/studio")


def test_events_of_one_request_have_a_maximum_size_and_span(logs: Any) -> None:
    stream = {"logGroupName": "other", "logStreamName": "s"}
    logs.create_log_stream(**stream)
    now, day, largest = int(time.time() * 1000), 24 * 3600 * 1000, 1_048_576 - 26

    def put(*events: tuple[int, str]) -> Any:
        batch = [{"timestamp": timestamp, "message": message} for timestamp, message in events]
        return logs.put_log_events(**stream, logEvents=batch)

    put((now, "x" * largest))
    put((now - day, "x"), (now, "x"))
    put((now - 20 * day, "too old"), (now, "x"))
    for wrong in ([(now, "é" + "x" * (largest - 1))], [(now - day - 1, "x"), (now, "x")]):
        with pytest.raises(logs.exceptions.InvalidParameterException):
            put(*wrong)
