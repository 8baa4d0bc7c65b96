"""States in an S3 bucket, as Terraform's s3 backend keeps them."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError, aws_errors, ignoring
from studio.terraform.state.base import MARK, STATE, StateStore
from studio.terraform.state.files import LARGEST, StateFile
from studio.terraform.state.locks import Lock

_LOCK = ".tfstate.tflock"


@dataclass(frozen=True, kw_only=True)
class Bucket(StateStore):
    """The bucket of the settings.

    prefix: what keys start with, without the last slash. kms_key: "" for the bucket's encryption.
    """

    bucket: str
    prefix: str
    aws: Aws
    kms_key: str

    @classmethod
    def of(cls, settings: Settings) -> "Bucket":
        """The bucket that ``[state]`` names."""
        state = settings.state
        aws = Aws(state.region or settings.region)
        return cls(bucket=state.bucket, prefix=state.key_prefix, aws=aws, kms_key=state.kms_key)

    @property
    def client(self) -> Any:
        """S3's client in the bucket's region."""
        return self.aws.client("s3")

    @property
    def name(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    def file_name(self, stack: str) -> str:
        return self._key(stack, STATE)

    def archive(self, stack: str, state: StateFile) -> str:
        """Copy it to another key and delete it; returns the new address."""
        archived = f"{self.prefix}/moved/{stack}.{state.serial}{STATE}"
        with bucket_errors(self.bucket):
            self.client.copy_object(
                Bucket=self.bucket,
                Key=archived,
                CopySource={"Bucket": self.bucket, "Key": self.file_name(stack)},
                **self._encryption(),
            )
        self._delete(stack, STATE)
        return f"s3://{self.bucket}/{archived}"

    def locks(self) -> list[Lock]:
        release = "if it was killed, run `studio state unlock`"
        return [
            Lock.parse(self.content(stack, _LOCK), stack, release=release)
            for stack in self.find(_LOCK)
        ]

    def mark(self, stack: str) -> None:
        with bucket_errors(self.bucket):
            self.client.put_object(
                Bucket=self.bucket, Key=self._key(stack, MARK), Body=b"", **self._encryption()
            )

    def unmark(self, stack: str) -> None:
        self._delete(stack, MARK)

    def find(self, ending: str) -> list[str]:
        with bucket_errors(self.bucket):
            found = self.aws.all(
                "s3",
                "list_objects_v2",
                "Contents",
                Bucket=self.bucket,
                Prefix=f"{self.prefix}/",
                Delimiter="/",
            )
        keys = [item["Key"].removeprefix(f"{self.prefix}/") for item in found]
        return sorted(key.removesuffix(ending) for key in keys if key.endswith(ending))

    def content(self, stack: str, ending: str = STATE) -> bytes:
        with bucket_errors(self.bucket), ignoring("NoSuchKey"), aws_errors():
            answer = self.client.get_object(Bucket=self.bucket, Key=self._key(stack, ending))
            content: bytes = answer["Body"].read(LARGEST + 1)
            return content
        return b""

    def _delete(self, stack: str, ending: str) -> None:
        with bucket_errors(self.bucket):
            self.client.delete_object(Bucket=self.bucket, Key=self._key(stack, ending))

    def _key(self, stack: str, ending: str) -> str:
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
            case "AccessDenied" | "403" | "BucketAlreadyExists":
                raise UserError(f"{where}: AWS denies access: is it your account's?") from None
        raise UserError(f"{where}: {error}") from None
