"""States in an S3 bucket, as Terraform's s3 backend keeps them."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError, aws_errors, ignoring
from studio.terraform.state.files import LARGEST, StateFile
from studio.terraform.state.locks import Lock

_STATE, _LOCK = ".tfstate", ".tfstate.tflock"
_MARK = ".unfinished"
_ASIDE = "moved"


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """The bucket of the settings; see ``stores.StateStore``.

    prefix: what keys start with, without the last slash. kms_key: "" for the bucket's encryption.
    """

    bucket: str
    prefix: str
    region: str
    kms_key: str
    client: Any

    @classmethod
    def of(cls, settings: Settings) -> "Bucket":
        """The bucket that ``[state]`` names."""
        state = settings.state
        return cls.at(
            bucket=state.bucket,
            prefix=state.key_prefix,
            region=state.region or settings.region,
            kms_key=state.kms_key,
        )

    @classmethod
    def at(cls, *, bucket: str, prefix: str, region: str, kms_key: str) -> "Bucket":
        """This bucket, with the environment's credentials."""
        return cls(
            bucket=bucket,
            prefix=prefix,
            region=region,
            kms_key=kms_key,
            client=Aws(region).client("s3"),
        )

    @property
    def name(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    def stacks(self) -> list[str]:
        """The stacks that have a state here, sorted."""
        return self._stacks(_STATE)

    def read(self, stack: str) -> StateFile | None:
        """The state of a stack; None where there is none."""
        key = self._key(stack)
        content = self._get(key)
        return StateFile.parse(content, key) if content else None

    def archive(self, stack: str, state: StateFile) -> str:
        """Copy it to another key and delete it; returns the new address."""
        aside = f"{self.prefix}/{_ASIDE}/{stack}.{state.serial}{_STATE}"
        with bucket_errors(self.bucket):
            self.client.copy_object(
                Bucket=self.bucket,
                Key=aside,
                CopySource={"Bucket": self.bucket, "Key": self._key(stack)},
                **self._encryption(),
            )
            self.client.delete_object(Bucket=self.bucket, Key=self._key(stack))
        return f"s3://{self.bucket}/{aside}"

    def locks(self) -> list[Lock]:
        """Who holds which state."""
        return [self._lock(stack) for stack in self._stacks(_LOCK)]

    def unfinished(self) -> list[str]:
        """The stacks whose last run did not end, or has not yet; sorted."""
        return self._stacks(_MARK)

    def mark(self, stack: str) -> None:
        """Note that a run begins."""
        with bucket_errors(self.bucket):
            self.client.put_object(
                Bucket=self.bucket, Key=self._key(stack, _MARK), Body=b"", **self._encryption()
            )

    def unmark(self, stack: str) -> None:
        """Note that it ended, and that the state holds all that it created."""
        with bucket_errors(self.bucket):
            self.client.delete_object(Bucket=self.bucket, Key=self._key(stack, _MARK))

    def restore(self, stack: str) -> int | None:  # noqa: ARG002 - as Folder's
        """Nothing to do: S3 keeps an object as a whole or not at all."""
        return None

    def _lock(self, stack: str) -> Lock:
        content = self._get(self._key(stack, _LOCK)) or b""
        return Lock.parse(content, stack, release="if it was killed, run `studio state unlock`")

    def _stacks(self, ending: str) -> list[str]:
        with bucket_errors(self.bucket):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=f"{self.prefix}/", Delimiter="/"
            )
            keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return sorted(
            key.removeprefix(f"{self.prefix}/").removesuffix(ending)
            for key in keys
            if key.endswith(ending)
        )

    def _get(self, key: str) -> bytes | None:
        with bucket_errors(self.bucket):
            with ignoring("NoSuchKey"), aws_errors():
                answer = self.client.get_object(Bucket=self.bucket, Key=key)
                content: bytes = answer["Body"].read(LARGEST + 1)
                return content
            return None

    def _key(self, stack: str, ending: str = _STATE) -> str:
        return f"{self.prefix}/{stack}{ending}"

    def _encryption(self) -> dict[str, str]:
        if self.kms_key:
            return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.kms_key}
        return {"ServerSideEncryption": "AES256"}


@contextlib.contextmanager
def bucket_errors(bucket: str) -> Iterator[None]:
    """Raise a UserError that names the setting for an AwsError."""
    where = f'state.bucket = "{bucket}"'
    try:
        yield
    except AwsError as error:
        match error.code:
            case "NoSuchBucket" | "404":
                raise UserError(f"{where}: no such bucket; `studio state init` makes it") from None
            case "AccessDenied" | "403":
                raise UserError(f"{where}: AWS denies access: is it your account's?") from None
        raise UserError(f"{where}: {error}") from None
