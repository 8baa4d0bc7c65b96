"""The versions of the images, and their users."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from settings import Settings
from settings.image_tag import image_tag
from settings.paths import images_folder
from settings.record import Content, Record
from studio.aws.client import Aws
from studio.aws.ecr import Ecr
from studio.aws.sagemaker_images import Use, Version, list_uses, list_versions
from studio.images.versions.record import pushed_tags, recorded


@dataclass(frozen=True)
class Row:
    """A version, or a pushed image without a version.

    tag: "-" if it is not known; followed by ``*`` if it is the tag of the image's folder. used_by:
    type and name of each user, "-" if unused.
    """

    image: str
    version: str
    status: str
    tag: str
    digest: str
    used_by: str


def version_rows(settings: Settings) -> list[Row]:
    """The rows of all enabled images, the newest version first. Raises UserError."""
    aws, record = Aws(settings.region), Record.load(settings.file)
    rows = []
    for name, image in settings.images.items():
        full_name = f"{settings.name}-{name}"
        versions = list_versions(aws, full_name) or []
        pushed = pushed_tags(settings, name, ecr=Ecr(aws), versions=versions)
        rows += table(
            name,
            contents=recorded(record.of(name), pushed=pushed, versions=versions),
            versions=versions,
            uses=list_uses(aws, full_name, versions) if versions else [],
            current=image_tag(images_folder(), name, image),
        )
    return rows


def table(
    image: str,
    *,
    contents: Iterable[Content],
    versions: Sequence[Version],
    uses: Iterable[Use],
    current: str,
) -> list[Row]:
    """The rows of one image. current: the tag of its folder."""
    tags: dict[str, list[str]] = {}
    for content in contents:
        mark = "*" if content.tag == current else ""
        tags.setdefault(content.digest, []).append(content.tag + mark)
    users: dict[int | None, list[str]] = {}
    for use in uses:
        users.setdefault(use.number, []).append(use.by)
    deployed = {version.digest for version in versions}
    return [
        *(
            Row(image, "-", "pushed", ", ".join(names), digest, "-")
            for digest, names in reversed(tags.items())
            if digest not in deployed
        ),
        *(
            Row(
                image,
                str(version.number),
                version.status,
                ", ".join(tags.get(version.digest, ["-"])),
                version.digest,
                ", ".join(sorted(users.get(version.number, ["-"]))),
            )
            for version in reversed(versions)
        ),
    ]
