"""Every private part of moto that the emulator uses, and what for: a new moto is tried here."""

from __future__ import annotations

import struct
from functools import cache, wraps
from typing import Any

from moto.kms.utils import _deserialize_ciphertext_blob
from moto.s3.models import FakeBucket, PublicAccessBlock, S3Backend


def key_id_of_ciphertext(blob: bytes) -> str | None:
    """Which key encrypted it: KMS looks at that key's state before it decrypts."""
    try:
        return str(_deserialize_ciphertext_blob(blob).key_id)
    except (struct.error, ValueError):
        return None


@cache
def give_buckets_the_defaults_of_2023() -> None:
    """Let a new bucket be encrypted, closed to the public and without ACLs, which moto's is not.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
    """
    original, put_object = FakeBucket.__init__, S3Backend.put_object

    @wraps(original)
    def create(bucket: FakeBucket, *args: Any, **kwargs: Any) -> None:
        original(bucket, *args, **kwargs)
        bucket.encryption = {"Rule": encryption_by_default()}
        bucket.public_access_block = PublicAccessBlock(True, True, True, True)
        bucket.ownership_rule = "BucketOwnerEnforced"

    @wraps(put_object)
    def put(backend: S3Backend, bucket_name: str, *args: Any, **kwargs: Any) -> Any:
        rule = backend.get_bucket(bucket_name).encryption["Rule"]
        chosen = rule["ApplyServerSideEncryptionByDefault"]
        if not kwargs.get("encryption"):
            kwargs["encryption"] = chosen["SSEAlgorithm"]
            kwargs["kms_key_id"] = chosen.get("KMSMasterKeyID")
        return put_object(backend, bucket_name, *args, **kwargs)

    FakeBucket.__init__ = create
    S3Backend.put_object = put


def encryption_by_default() -> dict[str, Any]:
    """A bucket's rule of encryption while nobody has put another one, as moto keeps it."""
    return {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": "false",
    }
