"""``studio image list``: the versions of the images, and who uses which."""

from __future__ import annotations

import argparse
from dataclasses import astuple, dataclass

from scripts.support.ecr import Ecr
from scripts.support.image_versions.held import SageMaker
from scripts.support.image_versions.record import recorded
from settings import Settings
from settings.content import content_tag
from settings.paths import IMAGES

HELP = "show the versions of the images, their digests and tags, and who uses which"

_TITLES = ("IMAGE", "VERSION", "STATUS", "TAG", "DIGEST", "USED BY")
_DIGEST_SHOWN = len("sha256:") + 12


@dataclass(frozen=True)
class Row:
    """A version, or an image that is pushed and has none.

    tag: empty where ECR has lost the image; ``*`` behind it: what the image's folder holds now.
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
    sagemaker, ecr = SageMaker(settings.region), Ecr(settings.region)
    rows = []
    for name, image in settings.images.items():
        full_name = f"{settings.name}-{name}"
        pushed = ecr.pushed(f"{settings.name}/{name}")
        versions = sagemaker.versions(full_name) or []
        uses = sagemaker.uses(full_name, versions) if versions else []
        now = content_tag(IMAGES / name, image.build_args)
        contents = recorded((), pushed=pushed, versions=versions)
        tags_of = {
            digest: ", ".join(
                content.tag + ("*" if content.tag == now else "")
                for content in contents
                if content.digest == digest
            )
            for digest in {content.digest for content in contents}
        }
        deployed = {version.digest for version in versions}
        for digest in reversed(pushed):
            if digest not in deployed:
                rows.append(Row(name, "-", "pushed", tags_of.get(digest, ""), digest, "-"))
        for version in reversed(versions):
            who = sorted(use.by for use in uses if use.number == version.number)
            rows.append(
                Row(
                    name,
                    str(version.number),
                    version.status,
                    tags_of.get(version.digest, ""),
                    version.digest,
                    ", ".join(who) or "-",
                )
            )
    return rows
