"""Updates the record of image versions from ECR and SageMaker."""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from settings import Settings, SettingsError
from settings.image_tag import digest_tag
from settings.paths import PROJECT, record_file
from settings.record import Content, Record
from studio.aws.client import Aws
from studio.aws.ecr import Ecr
from studio.aws.sagemaker_images import Version, list_versions
from studio.console import output
from studio.terraform.state import stores
from studio.terraform.state.files import StateFile

_TAG = re.compile(r"[0-9a-f]{16}")
_ADDRESS = re.compile(r"(?P<tag>[0-9a-f]{16})(_(?P<lost>[1-9][0-9]{0,8}))?")
_STACK = "image"


def rewrite(settings: Settings, *, folder: Path) -> Record:
    """Like ``refresh``, but replaces a record that cannot be read."""
    try:
        Record.load(settings.file)
    except SettingsError:
        record_file(settings.file).unlink()
    return refresh(settings, folder=folder)


def refresh(settings: Settings, *, folder: Path = PROJECT) -> Record:
    """Update the record of the settings file, and report a change.

    folder: of the local states. Raises UserError if AWS, the record or a needed state cannot be
    read.
    """
    aws, record = Aws(settings.region), Record.load(settings.file)
    contents = dict(record.contents)
    for name in settings.images:
        before = record.of(name)
        versions = list_versions(aws, f"{settings.name}-{name}")
        pushed = pushed_tags(settings, name, ecr=Ecr(aws), versions=versions)
        found = recorded(before, pushed=pushed, versions=versions)
        if _has_new_versions(before, found):
            state = stores.store_of(settings, folder).read(_STACK)
            addresses = _addresses(state, name)
            found = recorded(before, pushed=pushed, versions=versions, addresses=addresses)
        contents[name] = found
    return save(record, contents)


def pushed_tags(
    settings: Settings, name: str, *, ecr: Ecr, versions: Iterable[Version] | None
) -> Mapping[str, Iterable[str]]:
    """The tags of each digest of an image, the oldest push first. Raises UserError.

    The repository of another pipeline has other tags, and may deny access: then the digests come
    from the settings and SageMaker's versions.
    """
    uri = settings.images[name].uri
    if not uri:
        return ecr.pushed(f"{settings.name}/{name}")
    digests = [version.digest for version in versions or ()] + [uri.rpartition("@")[2]]
    return {digest: [digest_tag(digest)] for digest in digests if digest}


def _has_new_versions(before: Iterable[Content], found: Iterable[Content]) -> bool:
    """Whether there are new versions, created with another record."""
    known = {number for content in before for number in content.versions}
    return any(set(content.versions) - known for content in found)


def _addresses(state: StateFile | None, image: str) -> list[str]:
    start = f"aws_sagemaker_image_version.{_STACK}_{image}_version_"
    resources = state.resources if state else ()
    return [
        resource.address.removeprefix(start)
        for resource in resources
        if resource.address.startswith(start)
    ]


def save(record: Record, contents: Mapping[str, Iterable[Content]]) -> Record:
    """Write and report a changed record; returns it."""
    kept = {name: tuple(found) for name, found in contents.items() if found}
    if record.save(kept) and record.committed:
        output.say(f"{record.path.name} has changed: commit it")
    return replace(record, contents=kept)


def recorded(
    before: Iterable[Content],
    *,
    pushed: Mapping[str, Iterable[str]],
    versions: Iterable[Version] | None,
    addresses: Collection[str] = (),
) -> tuple[Content, ...]:
    """The contents of an image, oldest first.

    before: those of the record; ignored without an image. pushed: ECR's tags of each digest, oldest
    first. versions: None if SageMaker has no such image. addresses: suffixes of those in state; see
    `Content.addresses`.
    """
    past = {content.tag: content for content in before} if versions is not None else {}
    there = list(versions or ())
    digests = {tag: content.digest for tag, content in past.items()}
    in_ecr = {tag: digest for digest, tags in pushed.items() for tag in tags if _TAG.fullmatch(tag)}
    digests |= in_ecr
    found = []
    for tag, digest in digests.items():
        mine = [version for version in there if version.digest == digest]
        usable = {version.number for version in mine if version.usable}
        known = past.get(tag)
        lost = {version.number for version in mine if version.failed}
        ends = (_ADDRESS.fullmatch(address) for address in addresses)
        lost |= {int(end["lost"]) for end in ends if end and end["tag"] == tag and end["lost"]}
        if known is not None:
            lost |= set(known.lost) | (set(known.versions) - usable)
        if usable or lost or tag in in_ecr:
            found.append(
                Content(
                    tag=tag,
                    digest=digest,
                    versions=tuple(sorted(usable)),
                    lost=tuple(sorted(lost)),
                )
            )
    order = {tag: number for number, tag in enumerate(in_ecr)}
    return tuple(
        sorted(
            found,
            key=lambda content: (
                min((*content.versions, *content.lost), default=math.inf),
                order.get(content.tag, -1),
            ),
        )
    )
