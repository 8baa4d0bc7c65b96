"""AWS's errors for operations that neither the emulator nor moto implements."""

import gc
import urllib.error
import urllib.request
import weakref
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from studio_emulator import services
from studio_emulator.moto_internals.client import Moto
from studio_emulator.server import Emulator


def refusal(client: Any, operation: str, **params: Any) -> tuple[str, int, int]:
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**params)
    answer = refused.value.response
    meta = answer["ResponseMetadata"]
    return answer["Error"]["Code"], meta["HTTPStatusCode"], meta["RetryAttempts"]


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "status"),
    [
        ("sagemaker", "list_hubs", {}, "UnknownOperationException", 400),
        ("ssm", "describe_ops_items", {}, "UnknownOperationException", 400),
        ("kms", "describe_custom_key_stores", {}, "UnknownOperationException", 400),
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
    assert refusal(aws.client(service), operation, **params) == (code, status, 0)


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
        ({"Authorization": "nothing"}, b"{}", 400, "UnknownOperationException"),
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
    scope = f"AKIAIOSFODNN7EXAMPLE/20261123/{region or 'us-east-1'}/{service}/aws4_request"
    signed = headers | {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "Content-Type": "application/x-www-form-urlencoded"
        if body.startswith(b"Action")
        else "application/x-amz-json-1.1",
    }
    request = urllib.request.Request(aws.endpoint_url, data=body, headers=signed)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == status
    assert words in refused.value.read().decode()


def test_clients_do_not_retry_emulator_errors(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(services, "CHECKS", {"ec2": {"CreateVpc": broken}})
    found = refusal(aws.client("ec2"), "create_vpc", CidrBlock="10.0.0.0/16")
    assert found == ("EmulatorError", 400, 0)
    assert "ZeroDivisionError: by zero" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("service", "operation"), [("efs", "describe_file_systems"), ("s3", "list_buckets")]
)
def test_moto_errors_are_emulator_errors(
    aws: Emulator,
    service: Any,
    operation: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(DomainDispatcherApplication, "get_application", broken)
    assert refusal(aws.client(service), operation) == ("EmulatorError", 400, 0)
    assert "ZeroDivisionError: by zero" in capsys.readouterr().err


def test_missing_part_of_moto_is_not_its_own_cause(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise NotImplementedError("a filter")

    monkeypatch.setitem(aws._application._moto._handlers, "ec2", broken)
    assert refusal(aws.client("ec2"), "describe_vpcs") == ("EmulatorError", 400, 0)
    errors = capsys.readouterr().err
    assert "NotImplementedError: a filter" in errors
    assert "direct cause" not in errors


def test_moto_server_is_not_kept() -> None:
    moto = Moto()
    server = weakref.ref(moto._server)
    moto._server.get_backend_for_host("s3.us-east-1.amazonaws.com")
    del moto
    gc.collect()
    assert server() is None


def test_invalid_response_is_reported_as_a_bug(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers: dict[str, dict[str, services.Handler]] = {
        "sagemaker": {"ListDomains": lambda *_: {"Domain": []}}
    }
    monkeypatch.setattr(services, "HANDLERS", handlers)
    with pytest.raises(ClientError, match="emulator bug: ListDomains answered Domain: no such"):
        aws.client("sagemaker").list_domains()


def test_other_services_reach_moto(aws: Emulator) -> None:
    assert aws.client("secretsmanager").list_secrets()["SecretList"] == []


def test_unknown_rest_operation_returns_404(aws: Emulator) -> None:
    missing = refusal(aws.client("xray"), "list_resource_policies")
    assert missing == ("UnknownOperationException", 404, 0)


def test_unsigned_v2_is_the_registry(aws: Emulator) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{aws.endpoint_url}/v2/", timeout=10)
    assert refused.value.code == 401
    assert refused.value.headers["WWW-Authenticate"].startswith("Basic")
