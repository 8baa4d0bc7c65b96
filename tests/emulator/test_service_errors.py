"""The errors that differ between services: unknown operation, expired key, throttling, others."""

from typing import Any

import pytest
from botocore.config import Config

from studio_emulator.server import Emulator
from tests.emulator.registry.oci import Raw
from tests.emulator.samples import (
    REGION,
    allow,
    client_with,
    code_of,
    create_user,
    refused_once,
    signed,
)

UNKNOWN = "UnknownOperationException"


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "status"),
    [
        ("sagemaker", "list_hubs", {}, UNKNOWN, 400),
        ("ec2", "describe_verified_access_groups", {}, "InvalidAction", 400),
        ("iam", "get_organizations_access_report", {"JobId": "1" * 36}, "InvalidAction", 400),
        ("efs", "describe_replication_configurations", {}, UNKNOWN, 404),
        ("xray", "list_resource_policies", {}, UNKNOWN, 404),
    ],
)
def test_operations_that_moto_does_not_implement(
    aws: Emulator, service: str, operation: str, params: dict[str, Any], code: str, status: int
) -> None:
    assert refused_once(getattr(aws.client(service), operation), **params) == (code, status)


NOT_VALID = "The action None is not valid for this web service."
NOT_FOUND = "Could not find operation None for version 2010-05-08"


@pytest.mark.parametrize(
    ("service", "region", "target", "body", "status", "words"),
    [
        ("sagemaker", REGION, "SageMaker.CreateNothing", "{}", 400, UNKNOWN),
        ("sagemaker", REGION, "Other.ListDomains", "{}", 400, UNKNOWN),
        ("ec2", REGION, "", "Action=None&Version=2016-11-15", 400, NOT_VALID),
        ("iam", REGION, "", "Action=None&Version=2010-05-08", 400, NOT_FOUND),
        ("sagemaker", REGION, "", "Action=ListApps", 400, UNKNOWN),
        ("nothing", REGION, "", "{}", 400, UNKNOWN),
        ("s3", REGION, "", "", 405, "<Code>MethodNotAllowed</Code>"),
        ("sagemaker", "mars-1", "SageMaker.ListDomains", "{}", 403, "InvalidSignatureException"),
        ("ec2", "mars-1", "", "Action=DescribeVpcs&Version=2016-11-15", 401, "AuthFailure"),
    ],
)
def test_requests_that_aws_refuses(
    aws: Emulator, service: str, region: str, target: str, body: str, status: int, words: str
) -> None:
    form = body.startswith("Action")
    kind = "application/x-www-form-urlencoded" if form else "application/x-amz-json-1.1"
    sent = {**signed(service, region), "Content-Type": kind}
    sent |= {"X-Amz-Target": target} if target else {}
    reply = Raw(aws.endpoint_url)("POST", "/", body.encode(), **sent)
    assert reply.status == status
    assert words in reply.body.decode()


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
