"""States in an S3 bucket, as Terraform's s3 backend stores them."""

from dataclasses import dataclass

from studio.aws.errors import aws_errors, ignoring
from studio.aws.state_bucket import StateBucket
from studio.terraform.state.files import LARGEST, STATE, UNFINISHED, StateFile
from studio.terraform.state.locks import Lock

_LOCK = f"{STATE}.tflock"


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """States below a prefix of a bucket, with the methods of ``Folder`` except ``restore``.

    prefix: without its last slash.
    """

    bucket: StateBucket
    prefix: str

    @property
    def name(self) -> str:
        return f"s3://{self.bucket.name}/{self.prefix}"

    def stacks(self) -> list[str]:
        return self._find(STATE)

    def unfinished(self) -> list[str]:
        return self._find(UNFINISHED)

    def mark(self, stack: str) -> None:
        with self.bucket.errors():
            key = self._key(stack, UNFINISHED)
            self.bucket.call("put_object", Key=key, Body=b"", **self._encryption())

    def unmark(self, stack: str) -> None:
        with self.bucket.errors():
            self.bucket.call("delete_object", Key=self._key(stack, UNFINISHED))

    def content(self, stack: str, ending: str = STATE) -> bytes:
        with self.bucket.errors(), ignoring("NoSuchKey"), aws_errors():
            answer = self.bucket.call("get_object", Key=self._key(stack, ending))
            content: bytes = answer["Body"].read(LARGEST + 1)
            return content
        return b""

    def read(self, stack: str) -> StateFile | None:
        content = self.content(stack)
        return StateFile.parse(content, self._key(stack, STATE)) if content else None

    def archive(self, stack: str, serial: int) -> str:
        state, archived = self._key(stack, STATE), self._key(f"moved/{stack}.{serial}", STATE)
        source = {"Bucket": self.bucket.name, "Key": state}
        with self.bucket.errors():
            self.bucket.call("copy_object", Key=archived, CopySource=source, **self._encryption())
            self.bucket.call("delete_object", Key=state)
        return f"s3://{self.bucket.name}/{archived}"

    def locks(self) -> list[Lock]:
        release = "if it was killed, run `studio state unlock`"
        return [
            Lock.parse(self.content(stack, _LOCK), stack, release=release)
            for stack in self._find(_LOCK)
        ]

    def _find(self, ending: str) -> list[str]:
        where = {"Bucket": self.bucket.name, "Prefix": f"{self.prefix}/", "Delimiter": "/"}
        with self.bucket.errors():
            found = self.bucket.aws.all("s3", "list_objects_v2", "Contents", **where)
        names = [item["Key"].rpartition("/")[2] for item in found]
        return sorted(name.removesuffix(ending) for name in names if name.endswith(ending))

    def _key(self, stack: str, ending: str) -> str:
        return f"{self.prefix}/{stack}{ending}"

    def _encryption(self) -> dict[str, str]:
        if self.bucket.kms_key:
            return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.bucket.kms_key}
        return {"ServerSideEncryption": "AES256"}
