"""The record of image versions beside the settings file: the versions in ECR and SageMaker.

A synthesis calls no AWS API, so it reads from this file which versions exist. ``studio up``,
``studio push`` and ``studio image record`` write it; users commit it, like a lock file. It belongs
to one deployment, because SageMaker numbers versions per account. Its sources are AWS, and the
addresses in Terraform's state for versions that failed or were deleted, so a lost record can be
written again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from settings.errors import SettingsError
from settings.fields import Section, pattern
from settings.files import read_toml, write_atomically
from settings.images import ImageName
from settings.paths import committed_record_file, record_file

REFRESH = "studio image record"
"""The command that writes the record."""

_HEAD = f"""\
# The images in ECR and SageMaker, oldest first: written by `studio up`, `studio push` and
# `{REFRESH}`. Commit it; do not edit it. After a merge conflict, run `{REFRESH}`.
"""
_Number = Annotated[int, Field(strict=True, ge=1)]


class Content(Section):
    """One content of an image.

    tag: the hash of its folder, its tag in ECR. digest: of the pushed image. versions: its numbers
    in SageMaker, usually one; none while it is only pushed. lost: the numbers of its versions that
    failed or were deleted.
    """

    tag: Annotated[str, pattern(r"[0-9a-f]{16}", "an image's tag: 16 of 0-9, a-f")]
    digest: Annotated[str, pattern(r"sha256:[0-9a-f]{64}", "an image's digest")]
    versions: tuple[_Number, ...] = ()
    lost: tuple[_Number, ...] = ()

    @property
    def address(self) -> str:
        """The end of the Terraform address of its current or next version; see `addresses`."""
        return self.addresses[-1]

    @property
    def addresses(self) -> list[str]:
        """All of its addresses, past and present.

        `studio up` removes the address of a failed or deleted version from state: version 5 of the
        provider would read the newest other version for it, and delete that.
        """
        return [self.tag, *(f"{self.tag}_{number}" for number in self.lost)]


Contents = Mapping[str, tuple[Content, ...]]
"""The contents of each image, by the image's name; oldest first."""

_FILE = TypeAdapter(dict[ImageName, tuple[Content, ...]])


@dataclass(frozen=True)
class Record:
    """The file at ``path`` and its contents; committed: whether it is beside the settings."""

    path: Path
    contents: Contents
    committed: bool = False

    @classmethod
    def load(cls, settings: Path) -> "Record":
        """The record of a settings file, or an empty one. Raises SettingsError."""
        path = record_file(settings)
        committed = path == committed_record_file(settings)
        if not path.exists():
            return cls(path, {}, committed)
        try:
            return cls(path, _FILE.validate_python(read_toml(path, path.name)), committed)
        except ValidationError:
            what = f"{path.name}: invalid content"
        except SettingsError as error:
            what = str(error)
        raise SettingsError(f"{what}: run `{REFRESH}`")

    def of(self, image: str) -> tuple[Content, ...]:
        """The contents of an image, oldest first."""
        return self.contents.get(image, ())

    def save(self, contents: Contents) -> bool:
        """Write the contents if they differ; returns whether they did."""
        if contents == self.contents:
            return False
        if not contents:
            self.path.unlink(missing_ok=True)
            return True
        write_atomically(self.path, (_HEAD + "".join(_written(contents))).encode())
        return True


def _written(contents: Contents) -> Iterable[str]:
    for image, found in contents.items():
        for content in found:
            yield f'\n[[{image}]]\ntag = "{content.tag}"\ndigest = "{content.digest}"\n'
            yield f"versions = {list(content.versions)}\n"
            if content.lost:
                yield f"lost = {list(content.lost)}\n"
