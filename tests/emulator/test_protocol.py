"""AWS's protocols: how requests are read, and errors are written."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import get_service_model
from studio_emulator.protocol import write_error
from studio_emulator.server import Emulator
from tests.emulator.samples import signed


def send(aws: Emulator, body: bytes) -> Any:
    """The response to a request for ListStudioLifecycleConfigs."""
    headers = {
        **signed("sagemaker"),
        "X-Amz-Target": "SageMaker.ListStudioLifecycleConfigs",
        "Content-Type": "application/x-amz-json-1.1",
    }
    request = urllib.request.Request(aws.endpoint_url, data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_a_time_without_a_zone_is_in_utc(aws: Emulator) -> None:
    aws.client("sagemaker").create_studio_lifecycle_config(
        StudioLifecycleConfigName="start",
        StudioLifecycleConfigContent="ZXhpdCAw",
        StudioLifecycleConfigAppType="JupyterLab",
    )
    after = json.dumps({"CreationTimeAfter": "2026-01-01T00:00:00"}).encode()
    (found,) = send(aws, after)["StudioLifecycleConfigs"]
    assert found["StudioLifecycleConfigName"] == "start"


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 100_000])
def test_request_that_is_no_json_object(aws: Emulator, body: bytes) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        send(aws, body)
    assert (refused.value.code, b"SerializationException" in refused.value.read()) == (400, True)


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
