"""The S3 bucket that stores a team's state: its objects, and its protection."""

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settings import Settings, UserError
from studio.aws.buckets import create_bucket
from studio.aws.client import Aws
from studio.aws.errors import AwsError, aws_errors, ignoring
from studio.console.reports import Report

_ALL_BLOCKED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_CREATED_BY_STUDIO = {"Key": "CreatedBy", "Value": "studio state init"}
_TLS_ONLY = "StudioStateTlsOnly"
_NOT_CONFIGURED = (
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "ServerSideEncryptionConfigurationNotFoundError",
)


@dataclass(frozen=True, kw_only=True)
class StateBucket:
    """The bucket that ``[state]`` names. Every method raises AwsError.

    kms_key: "" for the bucket's default encryption.
    """

    aws: Aws
    name: str
    kms_key: str = ""

    @classmethod
    def of(cls, settings: Settings, aws: Aws | None = None) -> "StateBucket":
        """The bucket of the settings. aws: the credentials, in any region."""
        state = settings.state
        region = state.region or settings.region
        return cls(
            aws=aws.in_region(region) if aws else Aws(region),
            name=state.bucket,
            kms_key=state.kms_key,
        )

    def call(self, operation: str, **parameters: Any) -> Any:
        """Call an operation of S3 on the bucket."""
        return getattr(self.aws.client("s3"), operation)(Bucket=self.name, **parameters)

    def keys(self, folder: str) -> list[str]:
        """The keys of the objects in a folder, without those in folders below it."""
        where = {"Bucket": self.name, "Prefix": f"{folder}/", "Delimiter": "/"}
        with self.errors():
            found = self.aws.all("s3", "list_objects_v2", "Contents", **where)
        return [str(item["Key"]) for item in found]

    def read(self, key: str) -> bytes:
        """The content of an object; empty if there is none."""
        with self.errors(), ignoring("NoSuchKey"), aws_errors():
            content: bytes = self.call("get_object", Key=key)["Body"].read()
            return content
        return b""

    def create_empty(self, key: str) -> None:
        """Create an object without content, encrypted as the settings say."""
        with self.errors():
            self.call("put_object", Key=key, Body=b"", **self._encryption())

    def delete(self, key: str) -> None:
        """Delete an object, if it exists."""
        with self.errors():
            self.call("delete_object", Key=key)

    def rename(self, key: str, new: str) -> None:
        """Copy an object, encrypted as the settings say, and delete the original."""
        source = {"Bucket": self.name, "Key": key}
        with self.errors():
            self.call("copy_object", Key=new, CopySource=source, **self._encryption())
        self.delete(key)

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Raise a UserError that names the setting instead of an AwsError."""
        where = f'state.bucket = "{self.name}"'
        try:
            yield
        except AwsError as error:
            match error.code:
                case "NoSuchBucket" | "404":
                    what = "no such bucket; `studio state init` creates it"
                case "AccessDenied" | "403":
                    what = (
                        f"AWS denies access: {str(error).removeprefix('AWS: ')}; a policy must "
                        "allow it, and the bucket must belong to your account"
                    )
                case _:
                    what = str(error)
            raise UserError(f"{where}: {what}") from None

    def find_region(self) -> str | None:
        """The bucket's region; None if this account has no such bucket."""
        with ignoring("404", "NoSuchBucket"):
            # HeadBucket needs s3:ListBucket, which a pipeline may have for a prefix only.
            owner = self.aws.account()
            answer = self.call("get_bucket_location", ExpectedBucketOwner=owner)
            found = answer["LocationConstraint"]
            return str({None: "us-east-1", "EU": "eu-west-1"}.get(found, found))
        return None

    def create(self) -> None:
        """Create the bucket, with a tag that names the command."""
        create_bucket(self.aws, self.name)
        self.call("put_bucket_tagging", Tagging={"TagSet": [_CREATED_BY_STUDIO]})

    def is_created_by_studio(self) -> bool:
        """Whether the bucket has the tag that ``create`` sets."""
        return _CREATED_BY_STUDIO in self._get("bucket_tagging").get("TagSet", ())

    def missing_protection(self) -> list[str]:
        """The protection that the bucket does not have, such as "versioned"."""
        return [name for name, (is_set, _) in _PROTECTION.items() if not is_set(self)]

    def protect(self, missing: Iterable[str]) -> str:
        """Add the missing protection; returns the names of all protection."""
        for name in missing:
            _PROTECTION[name][1](self)
        return ", ".join(_PROTECTION)

    def _encryption(self) -> dict[str, str]:
        if self.kms_key:
            return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.kms_key}
        return {"ServerSideEncryption": "AES256"}

    def _is_encrypted(self) -> bool:
        found = self._get("bucket_encryption").get("ServerSideEncryptionConfiguration", {})
        rules = [
            rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in found.get("Rules", ())
        ]
        if not self.kms_key:
            return bool(rules)
        return any(rule.get("KMSMasterKeyID") == self.kms_key for rule in rules)

    def _encrypt(self) -> None:
        rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        if self.kms_key:
            with_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self.kms_key}
            rule = {"ApplyServerSideEncryptionByDefault": with_key, "BucketKeyEnabled": True}
        self.call("put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": [rule]})

    def _require_tls(self) -> None:
        policy = self._policy()
        others = [one for one in policy["Statement"] if one.get("Sid") != _TLS_ONLY]
        changed = {**policy, "Statement": [*others, self._tls_only()]}
        self.call("put_bucket_policy", Policy=json.dumps(changed))

    def _policy(self) -> dict[str, Any]:
        policy: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
        if found := self._get("bucket_policy"):
            policy = json.loads(found["Policy"])
        if isinstance(policy["Statement"], dict):
            policy["Statement"] = [policy["Statement"]]
        return policy

    def _tls_only(self) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"""
        arn = f"arn:{self.aws.client('s3').meta.partition}:s3:::{self.name}"
        return {
            "Sid": _TLS_ONLY,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }

    def _get(self, configuration: str) -> dict[str, Any]:
        with ignoring(*_NOT_CONFIGURED):
            answer: dict[str, Any] = self.call(f"get_{configuration}")
            return answer
        return {}


_PROTECTION: Mapping[str, tuple[Callable[[StateBucket], bool], Callable[[StateBucket], None]]] = {
    "public access blocked": (
        lambda bucket: (
            bucket._get("public_access_block").get("PublicAccessBlockConfiguration") == _ALL_BLOCKED
        ),
        lambda bucket: bucket.call(
            "put_public_access_block", PublicAccessBlockConfiguration=_ALL_BLOCKED
        ),
    ),
    "versioned": (
        lambda bucket: bucket._get("bucket_versioning").get("Status") == "Enabled",
        lambda bucket: bucket.call(
            "put_bucket_versioning", VersioningConfiguration={"Status": "Enabled"}
        ),
    ),
    "encrypted": (StateBucket._is_encrypted, StateBucket._encrypt),
    "TLS only": (
        lambda bucket: bucket._tls_only() in bucket._policy()["Statement"],
        StateBucket._require_tls,
    ),
}
"""By name: whether the bucket has it, and how to add it."""


def ensure_state_bucket(settings: Settings, *, report: Report) -> None:
    """Create the bucket of ``[state]``: public access blocked, TLS only, encrypted, versioned.

    Adds missing protection to a bucket that an earlier run created. Raises UserError if another
    account has the bucket, or if somebody else created it without this protection.
    """
    if not settings.state.bucket:
        raise UserError('state.bucket = "": name the bucket to create')
    bucket = StateBucket.of(settings)
    where = f'state.bucket = "{bucket.name}"'
    with bucket.errors():
        region = bucket.find_region()
        if region is None:
            bucket.create()
            report(f"{bucket.name}: created in {bucket.aws.region}")
        elif region != bucket.aws.region:
            raise UserError(f'{where}: the bucket is in {region}: set state.region = "{region}"')
        missing = bucket.missing_protection()
        if missing and not bucket.is_created_by_studio():
            raise UserError(
                f"{where}: it exists and is not {', not '.join(missing)}; `studio state init` "
                "changes only a bucket that it created: ask the owner of the bucket"
            )
        report(f"{bucket.name}: {bucket.protect(missing)}")
