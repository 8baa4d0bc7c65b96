"""S3 as strict as AWS's, on top of moto's: whose bucket it is."""

from __future__ import annotations

from typing import Any

from moto.core.utils import get_service_model
from moto.s3.models import s3_backends

from emulator.errors import AwsError
from emulator.studio.call import Call


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


CHECKS = {
    name: check_owner
    for name in get_service_model("s3").operation_names
    # CreateBucket says whose it is in its own words.
    if name != "CreateBucket"
}
