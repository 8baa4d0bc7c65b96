"""Customer managed KMS keys: which are in use, and when a deletion takes effect."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from catalog.names import DEPLOYMENT_TAG
from studio.aws.client import Aws
from studio.aws.errors import DENIED, ignoring
from studio.console.reports import Report

_DAYS = 30
"""The longest waiting period of KMS, as of the keys that Terraform deletes (modules/key.py)."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """A customer managed key. used: see ``key_ids_in_use``."""

    id: str
    description: str
    tags: Mapping[str, str]
    used: bool
    created: datetime

    @property
    def deployment(self) -> str | None:
        """The deployment of its tag."""
        return self.tags.get(DEPLOYMENT_TAG)


@dataclass(frozen=True, kw_only=True)
class ExistingKey:
    """A key of the settings. state, usage, spec: as in KMS's API."""

    state: str
    usage: str
    spec: str


def read_key(aws: Aws, arn: str) -> ExistingKey | None:
    """The key; None if it does not exist. Raises AwsError."""
    with ignoring("NotFoundException"):
        about = aws.client("kms").describe_key(KeyId=arn)["KeyMetadata"]
        return ExistingKey(
            state=about["KeyState"],
            usage=about.get("KeyUsage", "ENCRYPT_DECRYPT"),
            spec=about.get("KeySpec", "SYMMETRIC_DEFAULT"),
        )
    return None


def read_key_policy(aws: Aws, arn: str) -> Mapping[str, Any]:
    """The document of a key's policy. Raises AwsError."""
    found = aws.client("kms").get_key_policy(KeyId=arn, PolicyName="default")["Policy"]
    document: Mapping[str, Any] = json.loads(found)
    return document


def disk_key(aws: Aws, deployment: str) -> str | None:
    """The ARN of a deployment's key for homes and disks. Raises AwsError."""
    with ignoring("NotFoundException"):
        about = aws.client("kms").describe_key(KeyId=f"alias/{deployment}-disks")
        return str(about["KeyMetadata"]["Arn"])
    return None


def may_be_of_another(aws: Aws, key_id: str, deployment: str) -> bool:
    """Whether a key has another deployment's tag, or tags that AWS does not show. Raises AwsError.

    False without a key, as of a file system that is not encrypted, or for a deleted one.
    """
    if not key_id:
        return False
    with ignoring("NotFoundException"):
        with ignoring(*DENIED):
            tags = aws.client("kms").list_resource_tags(KeyId=key_id)["Tags"]
            owners = {tag["TagValue"] for tag in tags if tag["TagKey"] == DEPLOYMENT_TAG}
            return bool(owners - {deployment})
        return True
    return False


def enabled_keys(aws: Aws, *, deployment: str | None = None) -> list[Key]:
    """The enabled keys of one deployment, or of the region, those in use first. Raises AwsError."""
    if not (found := list_enabled(aws, deployment=deployment)):
        return []
    used = key_ids_in_use(aws)
    found = [replace(key, used=key.id in used) for key in found]
    return sorted(found, key=lambda key: not key.used)


def list_enabled(aws: Aws, *, deployment: str | None = None) -> list[Key]:
    """As ``enabled_keys``, without their use. Raises AwsError."""
    kms, found = aws.client("kms"), []
    for listed in aws.all("kms", "list_keys", "Keys"):
        # The policy of a key may deny the caller.
        with ignoring("AccessDeniedException"):
            about = kms.describe_key(KeyId=listed["KeyId"])["KeyMetadata"]
            if about["KeyManager"] == "CUSTOMER" and about["KeyState"] == "Enabled":
                tags = kms.list_resource_tags(KeyId=listed["KeyId"])["Tags"]
                key = Key(
                    id=listed["KeyId"],
                    description=about["Description"],
                    tags={tag["TagKey"]: tag["TagValue"] for tag in tags},
                    used=False,
                    created=about["CreationDate"],
                )
                if deployment in (None, key.deployment):
                    found.append(key)
    return found


def key_ids_in_use(aws: Aws) -> set[str]:
    """The ids of keys that an alias, log group or file system uses. Raises AwsError."""
    aliases = aws.all("kms", "list_aliases", "Aliases")
    groups = aws.all("logs", "describe_log_groups", "logGroups")
    homes = aws.all("efs", "describe_file_systems", "FileSystems")
    named = [
        *(alias.get("TargetKeyId", "") for alias in aliases),
        *(group.get("kmsKeyId", "") for group in groups),
        *(home.get("KmsKeyId", "") for home in homes),
    ]
    return {str(name).rpartition("/")[2] for name in named}


def delete_key(aws: Aws, key: Key, report: Report) -> None:
    """Schedule the deletion of a key. Raises AwsError."""
    with ignoring("NotFoundException", "KMSInvalidStateException"):
        aws.client("kms").schedule_key_deletion(KeyId=key.id, PendingWindowInDays=_DAYS)
    report(f"deleted   KMS key {key.id}, in {_DAYS} days")
