"""The S3 bucket of a team's state: what it has to be like, and how it is made so."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from settings import Settings
from studio.aws.client import Aws
from studio.aws.errors import ignoring

_ALL_BLOCKED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_OURS = {"Key": "CreatedBy", "Value": "studio state init"}
_TLS_ONLY = "StudioStateTlsOnly"


@dataclass(frozen=True, kw_only=True)
class StateBucket:
    """kms_key: "" for the bucket's own encryption. Every method raises AwsError."""

    aws: Aws
    bucket: str
    kms_key: str

    @classmethod
    def of(cls, settings: Settings) -> "StateBucket":
        """The bucket that ``[state]`` names."""
        state = settings.state
        aws = Aws(state.region or settings.region)
        return cls(aws=aws, bucket=state.bucket, kms_key=state.kms_key)

    @property
    def client(self) -> Any:
        """S3's client in the bucket's region."""
        return self.aws.client("s3")

    def find_region(self) -> str | None:
        """The region of the bucket, None where this account has no such bucket."""
        with ignoring("404", "NoSuchBucket"):
            # HeadBucket needs s3:ListBucket, which a pipeline may have for a prefix only.
            found = self.client.get_bucket_location(
                Bucket=self.bucket, ExpectedBucketOwner=self.aws.account()
            )["LocationConstraint"]
            return str({None: "us-east-1", "EU": "eu-west-1"}.get(found, found))
        return None

    def create(self) -> None:
        """Create it, with a tag that says which command did."""
        region: dict[str, Any] = {}
        if self.aws.region != "us-east-1":
            region = {"CreateBucketConfiguration": {"LocationConstraint": self.aws.region}}
        self.client.create_bucket(Bucket=self.bucket, **region)
        self.client.put_bucket_tagging(Bucket=self.bucket, Tagging={"TagSet": [_OURS]})

    def is_ours(self) -> bool:
        """Whether ``create`` made it."""
        found = _found(self.client.get_bucket_tagging, self, "NoSuchTagSet")
        return _OURS in found.get("TagSet", ())

    def lacking(self) -> list[str]:
        """What an existing bucket is not, of what it has to be."""
        return [what for what, (right, _) in _WANTED.items() if not right(self)]

    def secure(self, lacks: Iterable[str]) -> str:
        """Make it what ``lacking`` says that it is not; returns all that it has to be."""
        for what in lacks:
            _WANTED[what][1](self)
        return ", ".join(_WANTED)


def _found(ask: Callable[..., Any], bucket: StateBucket, missing: str) -> dict[str, Any]:
    with ignoring(missing):
        answer: dict[str, Any] = ask(Bucket=bucket.bucket)
        return answer
    return {}


def _is_blocked(bucket: StateBucket) -> bool:
    ask = bucket.client.get_public_access_block
    found = _found(ask, bucket, "NoSuchPublicAccessBlockConfiguration")
    return found.get("PublicAccessBlockConfiguration") == _ALL_BLOCKED


def _block(bucket: StateBucket) -> None:
    bucket.client.put_public_access_block(
        Bucket=bucket.bucket, PublicAccessBlockConfiguration=_ALL_BLOCKED
    )


def _is_versioned(bucket: StateBucket) -> bool:
    found = bucket.client.get_bucket_versioning(Bucket=bucket.bucket)
    return bool(found.get("Status") == "Enabled")


def _version(bucket: StateBucket) -> None:
    bucket.client.put_bucket_versioning(
        Bucket=bucket.bucket, VersioningConfiguration={"Status": "Enabled"}
    )


def _is_encrypted(bucket: StateBucket) -> bool:
    ask = bucket.client.get_bucket_encryption
    found = _found(ask, bucket, "ServerSideEncryptionConfigurationNotFoundError")
    rules = found.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    chosen = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    if not bucket.kms_key:
        return bool(chosen)
    return any(one.get("KMSMasterKeyID") == bucket.kms_key for one in chosen)


def _encrypt(bucket: StateBucket) -> None:
    rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    if bucket.kms_key:
        with_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": bucket.kms_key}
        rule = {"ApplyServerSideEncryptionByDefault": with_key, "BucketKeyEnabled": True}
    bucket.client.put_bucket_encryption(
        Bucket=bucket.bucket, ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


def _is_tls_only(bucket: StateBucket) -> bool:
    return _tls_only(bucket) in _policy(bucket)["Statement"]


def _require_tls(bucket: StateBucket) -> None:
    policy = _policy(bucket)
    others = [one for one in policy["Statement"] if one.get("Sid") != _TLS_ONLY]
    changed = {**policy, "Statement": [*others, _tls_only(bucket)]}
    bucket.client.put_bucket_policy(Bucket=bucket.bucket, Policy=json.dumps(changed))


def _policy(bucket: StateBucket) -> dict[str, Any]:
    found = _found(bucket.client.get_bucket_policy, bucket, "NoSuchBucketPolicy")
    policy: dict[str, Any] = json.loads(
        found.get("Policy", '{"Version": "2012-10-17", "Statement": []}')
    )
    if isinstance(policy["Statement"], dict):
        policy["Statement"] = [policy["Statement"]]
    return policy


def _tls_only(bucket: StateBucket) -> dict[str, Any]:
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


_WANTED: Mapping[str, tuple[Callable[[StateBucket], bool], Callable[[StateBucket], None]]] = {
    "public access blocked": (_is_blocked, _block),
    "versioned": (_is_versioned, _version),
    "encrypted": (_is_encrypted, _encrypt),
    "TLS only": (_is_tls_only, _require_tls),
}
"""By name: whether it is so, and how it is made so."""
