"""``studio image list``: the versions of the images, and who uses which."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from settings import Settings
from settings.content import content_tag
from settings.paths import IMAGES
from settings.record import Content, Record
from studio.aws.ecr import Ecr
from studio.aws.sagemaker_images import SageMaker, Use, Version
from studio.images.versions.record import recorded

HELP = "show the versions of the images, their digests and tags, and who uses which"

_TITLES = ("IMAGE", "VERSION", "STATUS", "TAG", "DIGEST", "USED BY")
_DIGEST_SHOWN = len("sha256:") + 12


@dataclass(frozen=True)
class Row:
    """A version, or an image that is pushed and has none.

    tag: "-" where nobody knows it any more; ``*`` behind it: what the image's folder holds now.
    digest: whole. used_by: kind and name of each, "-" for nobody.
    """

    image: str
    version: str
    status: str
    tag: str
    digest: str
    used_by: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--digests`` shows them whole."""
    parser.add_argument("--digests", action="store_true", help="show whole digests")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the table; exit code 0. Raises UserError."""
    rows = [astuple(row) for row in listing(settings)]
    if not args.digests:
        rows = [(*row[:4], row[4][:_DIGEST_SHOWN], row[5]) for row in rows]
    widths = [max(map(len, column)) for column in zip(_TITLES, *rows, strict=True)]
    for line in (_TITLES, *rows):
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())
    return 0


def listing(settings: Settings) -> list[Row]:
    """The rows of all enabled images, the newest version first. Raises UserError."""
    sagemaker, ecr, record = SageMaker(settings.region), Ecr(settings.region), Record.load()
    rows = []
    for name, image in settings.images.items():
        full_name = f"{settings.name}-{name}"
        pushed = ecr.pushed(f"{settings.name}/{name}")
        versions = sagemaker.versions(full_name) or []
        rows += table(
            name,
            contents=recorded(record.of(name), pushed=pushed, versions=versions),
            versions=versions,
            uses=sagemaker.uses(full_name, versions) if versions else [],
            current=content_tag(IMAGES / name, image.build_args),
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
    """The rows of one image; current: the tag of its folder's content."""
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
