"""AWS's protocols: how requests are read, and errors are written."""

import json

import pytest

from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import get_service_model
from studio_emulator.protocol import write_error
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import Raw, Reply
from tests.emulator.samples import signed


def send(aws: Emulator, body: bytes) -> Reply:
    """The response to a request for ListStudioLifecycleConfigs."""
    headers = {
        **signed("sagemaker"),
        "X-Amz-Target": "SageMaker.ListStudioLifecycleConfigs",
        "Content-Type": "application/x-amz-json-1.1",
    }
    return Raw(aws.endpoint_url)("POST", "/", body, **headers)


def test_a_time_without_a_zone_is_in_utc(aws: Emulator) -> None:
    aws.client("sagemaker").create_studio_lifecycle_config(
        StudioLifecycleConfigName="start",
        StudioLifecycleConfigContent="ZXhpdCAw",
        StudioLifecycleConfigAppType="JupyterLab",
    )
    after = json.dumps({"CreationTimeAfter": "2026-01-01T00:00:00"}).encode()
    (found,) = json.loads(send(aws, after).body)["StudioLifecycleConfigs"]
    assert found["StudioLifecycleConfigName"] == "start"


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 100_000])
def test_request_that_is_no_json_object(aws: Emulator, body: bytes) -> None:
    reply = send(aws, body)
    assert (reply.status, b"SerializationException" in reply.body) == (400, True)


def test_error_has_the_status_and_members_of_its_shape() -> None:
    limit = write_error(get_service_model("iam"), AwsError("LimitExceeded", "too many"))
    assert limit.status == 409
    unknown = write_error(get_service_model("efs"), AwsError("FileSystemNotFound", "no fs-1"))
    assert unknown.status == 404
    assert json.loads(unknown.body) == {
        "__type": "FileSystemNotFound",
        "ErrorCode": "FileSystemNotFound",
        "Message": "no fs-1",
    }
