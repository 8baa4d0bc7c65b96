"""Makes the bucket that a team's state lies in; one that somebody else made is left as it is."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError, ignoring
from studio.console.reports import Report
from studio.terraform.state.bucket import Bucket, bucket_errors

_ALL_BLOCKED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_OURS = {"Key": "CreatedBy", "Value": "studio state init"}
_TLS_ONLY = "StudioStateTlsOnly"


def init(settings: Settings, *, report: Report) -> None:
    """Make the bucket of ``[state]``: public access blocked, TLS only, encrypted, versioned.

    What is so already is left alone, and so are other statements of the bucket's policy.
    Raises UserError, for a bucket of another account's too, and for one that lacks something and
    that this command did not make.
    """
    if not settings.state.bucket:
        raise UserError('state.bucket = "": name the bucket that is to be made')
    bucket = Bucket.of(settings)
    with bucket_errors(bucket.bucket):
        _make(bucket, Aws(bucket.region).account(), report)
        lacks = list(lacking(bucket))
        if lacks and not _is_ours(bucket):
            raise UserError(
                f'state.bucket = "{bucket.bucket}": it exists and is not {", not ".join(lacks)}; '
                "`studio state init` changes no bucket that it did not create: ask its owner"
            )
        for what, (_, put_right) in _WANTED.items():
            if what not in lacks:
                report(f"{bucket.bucket}: {what} already")
            else:
                put_right(bucket)
                report(f"{bucket.bucket}: {what} now")


def lacking(bucket: Bucket) -> Iterator[str]:
    """What an existing bucket is not, of what ``init`` makes it. Raises AwsError."""
    return (what for what, (right, _) in _WANTED.items() if not right(bucket))


def region_of(aws: Aws, name: str) -> str | None:
    """The region of a bucket of this account, None if there is none. Raises AwsError."""
    with ignoring("404", "NoSuchBucket"):
        # Unlike HeadBucket it needs no s3:ListBucket, which a pipeline may have for a prefix only.
        ask = aws.client("s3").get_bucket_location
        found = ask(Bucket=name, ExpectedBucketOwner=aws.account())["LocationConstraint"]
        return str({None: "us-east-1", "EU": "eu-west-1"}.get(found, found))
    return None


def _make(bucket: Bucket, owner: str, report: Report) -> None:
    where = f'state.bucket = "{bucket.bucket}"'
    taken = UserError(f"{where}: it belongs to another account: choose another name")
    try:
        head = bucket.client.head_bucket(Bucket=bucket.bucket, ExpectedBucketOwner=owner)
    except AwsError as error:
        if error.code in ("403", "AccessDenied"):
            raise taken from None
        if error.code not in ("404", "NoSuchBucket"):
            raise
    else:
        if (region := head["BucketRegion"]) != bucket.region:
            raise UserError(f'{where}: it is in {region}: state.region = "{region}"')
        return
    place: dict[str, Any] = {}
    if bucket.region != "us-east-1":
        place = {"CreateBucketConfiguration": {"LocationConstraint": bucket.region}}
    try:
        bucket.client.create_bucket(Bucket=bucket.bucket, **place)
    except AwsError as error:
        if error.code == "BucketAlreadyOwnedByYou":
            return
        if error.code == "BucketAlreadyExists":
            raise taken from None
        raise
    bucket.client.put_bucket_tagging(Bucket=bucket.bucket, Tagging={"TagSet": [_OURS]})
    report(f"{bucket.bucket}: created in {bucket.region}")


def _is_ours(bucket: Bucket) -> bool:
    found = _found(bucket.client.get_bucket_tagging, bucket, "NoSuchTagSet")
    return _OURS in found.get("TagSet", ())


def _found(ask: Callable[..., Any], bucket: Bucket, missing: str) -> dict[str, Any]:
    with ignoring(missing):
        answer: dict[str, Any] = ask(Bucket=bucket.bucket)
        return answer
    return {}


def _is_blocked(bucket: Bucket) -> bool:
    ask = bucket.client.get_public_access_block
    found = _found(ask, bucket, "NoSuchPublicAccessBlockConfiguration")
    return found.get("PublicAccessBlockConfiguration") == _ALL_BLOCKED


def _block(bucket: Bucket) -> None:
    bucket.client.put_public_access_block(
        Bucket=bucket.bucket, PublicAccessBlockConfiguration=_ALL_BLOCKED
    )


def _is_versioned(bucket: Bucket) -> bool:
    found = bucket.client.get_bucket_versioning(Bucket=bucket.bucket)
    return bool(found.get("Status") == "Enabled")


def _version(bucket: Bucket) -> None:
    bucket.client.put_bucket_versioning(
        Bucket=bucket.bucket, VersioningConfiguration={"Status": "Enabled"}
    )


def _is_encrypted(bucket: Bucket) -> bool:
    ask = bucket.client.get_bucket_encryption
    found = _found(ask, bucket, "ServerSideEncryptionConfigurationNotFoundError")
    rules = found.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    chosen = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    if not bucket.kms_key:
        return bool(chosen)
    return any(one.get("KMSMasterKeyID") == bucket.kms_key for one in chosen)


def _encrypt(bucket: Bucket) -> None:
    rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    if bucket.kms_key:
        with_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": bucket.kms_key}
        rule = {"ApplyServerSideEncryptionByDefault": with_key, "BucketKeyEnabled": True}
    bucket.client.put_bucket_encryption(
        Bucket=bucket.bucket, ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


def _is_tls_only(bucket: Bucket) -> bool:
    return _tls_only(bucket) in _policy(bucket)["Statement"]


def _require_tls(bucket: Bucket) -> None:
    policy = _policy(bucket)
    others = [one for one in policy["Statement"] if one.get("Sid") != _TLS_ONLY]
    changed = {**policy, "Statement": [*others, _tls_only(bucket)]}
    bucket.client.put_bucket_policy(Bucket=bucket.bucket, Policy=json.dumps(changed))


def _policy(bucket: Bucket) -> dict[str, Any]:
    found = _found(bucket.client.get_bucket_policy, bucket, "NoSuchBucketPolicy")
    policy: dict[str, Any] = json.loads(
        found.get("Policy", '{"Version": "2012-10-17", "Statement": []}')
    )
    if isinstance(policy["Statement"], dict):
        policy["Statement"] = [policy["Statement"]]
    return policy


def _tls_only(bucket: Bucket) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"""
    partition = bucket.client.meta.partition
    arn = f"arn:{partition}:s3:::{bucket.bucket}"
    return {
        "Sid": _TLS_ONLY,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


_WANTED: Mapping[str, tuple[Callable[[Bucket], bool], Callable[[Bucket], None]]] = {
    "public access blocked": (_is_blocked, _block),
    "versioned": (_is_versioned, _version),
    "encrypted": (_is_encrypted, _encrypt),
    "TLS only": (_is_tls_only, _require_tls),
}
"""By name: whether it is so, and how it is made so."""
