"""AWS's protocols."""

import json
import urllib.error
import urllib.request

from studio_emulator.server import Emulator


def test_a_time_without_a_zone_is_in_utc(aws: Emulator) -> None:
    aws.client("sagemaker").create_studio_lifecycle_config(
        StudioLifecycleConfigName="start",
        StudioLifecycleConfigContent="ZXhpdCAw",
        StudioLifecycleConfigAppType="JupyterLab",
    )
    request = urllib.request.Request(
        aws.endpoint_url,
        data=json.dumps({"CreationTimeAfter": "2026-01-01T00:00:00"}).encode(),
        headers={
            "X-Amz-Target": "SageMaker.ListStudioLifecycleConfigs",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": "AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/sagemaker/"
            "aws4_request, SignedHeaders=host, Signature=0",
        },
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        (found,) = json.load(answer)["StudioLifecycleConfigs"]
    assert found["StudioLifecycleConfigName"] == "start"
