"""States in an S3 bucket, as Terraform's s3 backend stores them."""

from dataclasses import dataclass

from settings import Settings
from studio.aws.errors import aws_errors, ignoring
from studio.aws.state_bucket import StateBucket
from studio.terraform.state.base import STATE, UNFINISHED, StateStore
from studio.terraform.state.files import LARGEST, StateFile
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

    def file_name(self, stack: str) -> str:
        return self._key(stack, STATE)

    def archive(self, stack: str, state: StateFile) -> str:
        archived = f"{self.prefix}/moved/{stack}.{state.serial}{STATE}"
        with self.bucket.errors():
            self.bucket.client.copy_object(
                Bucket=self.bucket.name,
                Key=archived,
                CopySource={"Bucket": self.bucket.name, "Key": self.file_name(stack)},
                **self._encryption(),
            )
        self._delete(stack, STATE)
        return f"s3://{self.bucket.name}/{archived}"

    def locks(self) -> list[Lock]:
        release = "if it was killed, run `studio state unlock`"
        return [
            Lock.parse(self.content(stack, _LOCK), stack, release=release)
            for stack in self.find(_LOCK)
        ]

    def mark(self, stack: str) -> None:
        with self.bucket.errors():
            self.bucket.client.put_object(
                Bucket=self.bucket.name,
                Key=self._key(stack, UNFINISHED),
                Body=b"",
                **self._encryption(),
            )

    def unmark(self, stack: str) -> None:
        self._delete(stack, UNFINISHED)

    def find(self, ending: str) -> list[str]:
        folder = f"{self.prefix}/"
        with self.bucket.errors():
            found = self.bucket.aws.all(
                "s3",
                "list_objects_v2",
                "Contents",
                Bucket=self.bucket.name,
                Prefix=folder,
                Delimiter="/",
            )
        keys = [item["Key"].removeprefix(folder) for item in found]
        return sorted(key.removesuffix(ending) for key in keys if key.endswith(ending))

    def content(self, stack: str, ending: str = STATE) -> bytes:
        with self.bucket.errors(), ignoring("NoSuchKey"), aws_errors():
            answer = self.bucket.client.get_object(
                Bucket=self.bucket.name, Key=self._key(stack, ending)
            )
            content: bytes = answer["Body"].read(LARGEST + 1)
            return content
        return b""

    def _delete(self, stack: str, ending: str) -> None:
        with self.bucket.errors():
            self.bucket.client.delete_object(Bucket=self.bucket.name, Key=self._key(stack, ending))

    def _key(self, stack: str, ending: str) -> str:
        return f"{self.prefix}/{stack}{ending}"

    def _encryption(self) -> dict[str, str]:
        if self.bucket.kms_key:
            return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.bucket.kms_key}
        return {"ServerSideEncryption": "AES256"}
