"""States in an S3 bucket, as Terraform's s3 backend stores them."""

from dataclasses import dataclass

from settings import Settings
from studio.aws.errors import aws_errors, ignoring
from studio.aws.state_bucket import StateBucket
from studio.terraform.state.base import STATE, UNFINISHED, StateStore
from studio.terraform.state.files import LARGEST
from studio.terraform.state.locks import Lock

_LOCK = ".tfstate.tflock"


@dataclass(frozen=True, kw_only=True)
class Bucket(StateStore):
    """States below a prefix of a bucket. prefix: without its last slash."""

    bucket: StateBucket
    prefix: str

    @classmethod
    def of(cls, settings: Settings) -> "Bucket":
        """The bucket and prefix that ``[state]`` names."""
        return cls(bucket=StateBucket.of(settings), prefix=settings.state.key_prefix)

    @property
    def name(self) -> str:
        return f"s3://{self.bucket.name}/{self.prefix}"

    def file_name(self, stack: str, ending: str = STATE) -> str:
        return f"{self.prefix}/{stack}{ending}"

    def find(self, ending: str) -> list[str]:
        folder = f"{self.prefix}/"
        where = {"Bucket": self.bucket.name, "Prefix": folder, "Delimiter": "/"}
        with self.bucket.errors():
            found = self.bucket.aws.all("s3", "list_objects_v2", "Contents", **where)
        names = [item["Key"].removeprefix(folder) for item in found]
        return sorted(name.removesuffix(ending) for name in names if name.endswith(ending))

    def content(self, stack: str, ending: str = STATE) -> bytes:
        with self.bucket.errors(), ignoring("NoSuchKey"), aws_errors():
            answer = self.bucket.call("get_object", Key=self.file_name(stack, ending))
            content: bytes = answer["Body"].read(LARGEST + 1)
            return content
        return b""

    def archive(self, stack: str, serial: int) -> str:
        state, archived = self.file_name(stack), self.file_name(f"moved/{stack}.{serial}")
        source = {"Bucket": self.bucket.name, "Key": state}
        with self.bucket.errors():
            self.bucket.call("copy_object", Key=archived, CopySource=source, **self._encryption())
            self.bucket.call("delete_object", Key=state)
        return f"s3://{self.bucket.name}/{archived}"

    def locks(self) -> list[Lock]:
        release = "if it was killed, run `studio state unlock`"
        return [
            Lock.parse(self.content(stack, _LOCK), stack, release=release)
            for stack in self.find(_LOCK)
        ]

    def mark(self, stack: str) -> None:
        with self.bucket.errors():
            key = self.file_name(stack, UNFINISHED)
            self.bucket.call("put_object", Key=key, Body=b"", **self._encryption())

    def unmark(self, stack: str) -> None:
        with self.bucket.errors():
            self.bucket.call("delete_object", Key=self.file_name(stack, UNFINISHED))

    def _encryption(self) -> dict[str, str]:
        if self.bucket.kms_key:
            return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.bucket.kms_key}
        return {"ServerSideEncryption": "AES256"}
