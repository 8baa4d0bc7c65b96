"""The errors that differ between services: unknown operation, expired key, throttling, others."""

import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.config import Config

from studio_emulator.server import Emulator
from tests.emulator.samples import (
    REGION,
    allow,
    client_with,
    code_of,
    create_user,
    refused_once,
    signed,
)


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "status"),
    [
        ("sagemaker", "list_hubs", {}, "UnknownOperationException", 400),
        ("ec2", "describe_verified_access_groups", {}, "InvalidAction", 400),
        ("iam", "get_organizations_access_report", {"JobId": "1" * 36}, "InvalidAction", 400),
        (
            "efs",
            "describe_replication_configurations",
            {},
            "UnknownOperationException",
            404,
        ),
    ],
)
def test_operations_that_moto_does_not_implement(
    aws: Emulator, service: str, operation: str, params: dict[str, Any], code: str, status: int
) -> None:
    assert refused_once(getattr(aws.client(service), operation), **params) == (code, status)


@pytest.mark.parametrize(
    ("headers", "body", "status", "words"),
    [
        (
            {"X-Amz-Target": "SageMaker.CreateNothing", "Authorization": "sagemaker"},
            b"{}",
            400,
            "UnknownOperationException",
        ),
        (
            {"X-Amz-Target": "Other.ListDomains", "Authorization": "sagemaker"},
            b"{}",
            400,
            "UnknownOperationException",
        ),
        (
            {"Authorization": "ec2"},
            b"Action=CreateNothing&Version=2016-11-15",
            400,
            "The action CreateNothing is not valid for this web service.",
        ),
        (
            {"Authorization": "iam"},
            b"Action=CreateNothing&Version=2010-05-08",
            400,
            "Could not find operation CreateNothing for version 2010-05-08",
        ),
        ({"Authorization": "sagemaker"}, b"Action=ListApps", 400, "UnknownOperationException"),
        ({"Authorization": "nothing"}, b"{}", 400, "UnknownOperationException"),
        ({"Authorization": "s3"}, b"", 405, "<Code>MethodNotAllowed</Code>"),
        (
            {"X-Amz-Target": "SageMaker.ListDomains", "Authorization": "sagemaker@mars-1"},
            b"{}",
            403,
            "InvalidSignatureException",
        ),
        (
            {"Authorization": "ec2@mars-1"},
            b"Action=DescribeVpcs&Version=2016-11-15",
            401,
            "AuthFailure",
        ),
    ],
)
def test_requests_that_aws_refuses(
    aws: Emulator, headers: dict[str, str], body: bytes, status: int, words: str
) -> None:
    service, _, region = headers["Authorization"].partition("@")
    form = body.startswith(b"Action")
    kind = "application/x-www-form-urlencoded" if form else "application/x-amz-json-1.1"
    sent = {**headers, **signed(service, region or REGION), "Content-Type": kind}
    request = urllib.request.Request(aws.endpoint_url, data=body, headers=sent)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == status
    assert words in refused.value.read().decode()


def test_unknown_rest_operation_returns_404(aws: Emulator) -> None:
    missing = refused_once(aws.client("xray").list_resource_policies)
    assert missing == ("UnknownOperationException", 404)


def test_expired_credentials(aws: Emulator) -> None:
    key = create_user(aws, "expired", allow("*"))
    aws.options.update({"expired_keys": [key["AccessKeyId"]]})
    answers = {
        "ssm": ("describe_sessions", {"State": "Active"}, "ExpiredTokenException"),
        "sagemaker": ("list_spaces", {}, "ExpiredTokenException"),
        "sts": ("get_caller_identity", {}, "ExpiredToken"),
        "s3": ("list_buckets", {}, "ExpiredToken"),
        "ec2": ("describe_vpcs", {}, "RequestExpired"),
    }
    for service, (operation, params, code) in answers.items():
        assert code_of(getattr(client_with(aws, service, key), operation), **params) == code


@pytest.mark.parametrize(
    ("service", "operation", "throttled", "status", "failed"),
    [
        ("ec2", "describe_vpcs", "RequestLimitExceeded", 503, "InternalError"),
        ("s3", "list_buckets", "SlowDown", 503, "InternalError"),
        ("iam", "list_roles", "Throttling", 400, "InternalFailure"),
        ("sagemaker", "list_domains", "ThrottlingException", 400, "InternalFailure"),
        ("efs", "describe_file_systems", "ThrottlingException", 429, "InternalFailure"),
    ],
)
def test_throttling_and_internal_errors(
    aws: Emulator, service: str, operation: str, throttled: str, status: int, failed: str
) -> None:
    ask = getattr(aws.client(service, config=Config(retries={"total_max_attempts": 1})), operation)
    for kind, words in (("throttle", (throttled, status)), ("error", (failed, 500))):
        aws.faults.set({"faults": [{"kind": kind, "service": service}]})
        assert refused_once(ask) == words
        ask()
