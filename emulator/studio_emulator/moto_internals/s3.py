"""S3: private parts of its resources, the defaults of new buckets, the operations of moto."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore import xform_name
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker, PublicAccessBlock, S3Backend
from moto.s3.responses import S3Response

from studio_emulator.moto_internals.replacing import replaces

AWS_KEY = "alias/aws/s3"
"""The key of an object whose request names aws:kms, but no key (PutObject in S3's reference)."""


@cache
def implements(operation: str) -> bool:
    """Whether moto has the operation: for GetObjectRetention, for example, it runs GetObject."""
    method = xform_name(operation)
    return hasattr(S3Backend, method) or hasattr(S3Response, method)


def is_delete_marker(version: Any) -> bool:
    """Whether a version of an object is a delete marker."""
    return isinstance(version, FakeDeleteMarker)


def issued_tokens(s3: S3Backend) -> Mapping[str, str]:
    """The last key of each continuation token."""
    found: Mapping[str, str] = s3._pagination_tokens
    return found


# `authorization` evaluates bucket policies: moto skips principals and conditions.
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL


@replaces(FakeBucket, "__init__")
def _create_bucket(create: Any, bucket: FakeBucket, *args: Any, **kwargs: Any) -> None:
    """Create buckets with encryption, blocked public access and no ACLs, as S3 has since 2023.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
    """
    create(bucket, *args, **kwargs)
    bucket.encryption = {"Rule": encryption_by_default()}
    bucket.public_access_block = PublicAccessBlock(True, True, True, True)
    bucket.ownership_rule = "BucketOwnerEnforced"


@replaces(S3Backend, "put_object")
def _put_object(put: Any, backend: S3Backend, bucket_name: str, *args: Any, **kwargs: Any) -> Any:
    if (kwargs.get("encryption") or "").startswith("aws:kms"):
        # Moto uses the key of the bucket's default encryption.
        kwargs["kms_key_id"] = kwargs.get("kms_key_id") or AWS_KEY
    return put(backend, bucket_name, *args, **kwargs)


def encryption_by_default() -> dict[str, Any]:
    """A bucket's default encryption rule, as moto stores it."""
    return {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": "false",
    }
