"""S3 as strict as AWS's, on top of moto's: whose bucket it is, what its policy denies."""

from __future__ import annotations

from typing import Any

from moto.core.utils import get_service_model
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, s3_backends

from studio_emulator.errors import AwsError
from studio_emulator.iam import Context
from studio_emulator.iam.policy import applying, statements
from studio_emulator.studio.call import Call


def check_owner(params: dict[str, Any], call: Call) -> None:
    """A bucket of another account, or of another one than is expected, is AccessDenied.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    """
    held = s3_backends.bucket_accounts.get(params.get("Bucket", ""))
    if held is None:
        return
    _, owner = held
    if owner != call.account or params.get("ExpectedBucketOwner", owner) != owner:
        raise AwsError("AccessDenied", "Access Denied", 403)


def install() -> None:
    """Let bucket policies be evaluated with their conditions, which moto passes over."""
    FakeBucket.get_permission = _decision


_OVER_TLS: Context = {"aws:SecureTransport": "true"}
"""The emulator's plain HTTP on loopback stands for AWS's addresses, which speak TLS."""


def _decision(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    candidates = statements(bucket.policy.decode())
    effects = {one.get("Effect") for one in applying(candidates, action, resource, _OVER_TLS)}
    if "Deny" in effects:
        return PermissionResult.DENIED
    return PermissionResult.PERMITTED if "Allow" in effects else PermissionResult.NEUTRAL


CHECKS = {
    name: check_owner
    for name in get_service_model("s3").operation_names
    # CreateBucket says whose it is in its own words.
    if name != "CreateBucket"
}
