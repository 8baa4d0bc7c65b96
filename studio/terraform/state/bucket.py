"""States in an S3 bucket, as Terraform's s3 backend stores them."""

from dataclasses import dataclass

from studio.aws.state_bucket import StateBucket
from studio.terraform.state.files import STATE, UNFINISHED, StateFile
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
        self.bucket.create_empty(self._key(stack, UNFINISHED))

    def unmark(self, stack: str) -> None:
        self.bucket.delete(self._key(stack, UNFINISHED))

    def content(self, stack: str, ending: str = STATE) -> bytes:
        return self.bucket.read(self._key(stack, ending))

    def read(self, stack: str) -> StateFile | None:
        content = self.content(stack)
        return StateFile.parse(content, f"{self.name}/{stack}{STATE}") if content else None

    def archive(self, stack: str, serial: int) -> str:
        archived = self._key(f"moved/{stack}.{serial}", STATE)
        self.bucket.rename(self._key(stack, STATE), archived)
        return f"s3://{self.bucket.name}/{archived}"

    def locks(self) -> list[Lock]:
        release = "if it was killed, run `studio state unlock`"
        return [
            Lock.parse(self.content(stack, _LOCK), stack, release=release)
            for stack in self._find(_LOCK)
        ]

    def _find(self, ending: str) -> list[str]:
        names = [key.rpartition("/")[2] for key in self.bucket.keys(self.prefix)]
        return sorted(name.removesuffix(ending) for name in names if name.endswith(ending))

    def _key(self, stack: str, ending: str) -> str:
        return f"{self.prefix}/{stack}{ending}"
