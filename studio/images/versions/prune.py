"""Deletes failed image versions, and unused ones beyond the number in the settings."""

from collections.abc import Iterable
from pathlib import Path

from settings import Settings
from settings.image_tag import image_tag
from settings.paths import PROJECT, images_folder
from settings.record import Content
from studio.aws.client import Aws
from studio.aws.sagemaker_images import Version, delete_version, list_uses, list_versions
from studio.console.reports import Report
from studio.images.versions import record


def prune(settings: Settings, *, folder: Path = PROJECT, report: Report) -> int:
    """Delete failed versions, and unused ones beyond ``keep_versions``; returns their number.

    Keeps the newest usable one, because Terraform's state has it, and all that are in use or
    pinned. The repository's lifecycle policy deletes the images in ECR. folder: of the local
    states. Raises UserError.
    """
    written, aws = record.refresh(settings, folder=folder), Aws(settings.region)
    contents, count = dict(written.contents), 0
    for name, image in settings.images.items():
        known, full_name = written.of(name), f"{settings.name}-{name}"
        versions = list_versions(aws, full_name) or []
        surplus = surplus_versions(versions, keep=image.keep_versions)
        if not surplus:
            continue
        used = {use.number for use in list_uses(aws, full_name, versions)}
        pinned, deleted = _pinned(settings, name, known), set()
        for number in surplus:
            if number in pinned - used:
                report(f"kept      version {number} of {full_name}, which the settings name")
            elif number not in used and delete_version(aws, full_name, number):
                deleted.add(number)
                report(f"deleted   version {number} of {full_name}")
            else:
                report(f"kept      version {number} of {full_name}, which is in use")
        count += len(deleted)
        contents[name] = tuple(_without(content, deleted) for content in known)
    record.save(written, contents)
    return count


def delete_older_versions(aws: Aws, images: Iterable[str], *, report: Report) -> None:
    """Delete all versions of each image except the newest one, before Terraform deletes the image.

    Version 5 of the provider deletes only the newest one, and waits until the image has none.
    images: SageMaker's names. Raises UserError.
    """
    for name in images:
        for version in (list_versions(aws, name) or [])[:-1]:
            if version.status != "DELETING" and delete_version(aws, name, version.number):
                report(f"deleted   version {version.number} of {name}")


def surplus_versions(versions: list[Version], *, keep: int) -> list[int]:
    """The numbers of failed versions and of those older than the newest ``keep``, oldest first.

    versions: the oldest first. keep: 1 or more.
    """
    usable = [version.number for version in versions if version.usable]
    failed = [version.number for version in versions if version.failed]
    return sorted([*usable[:-keep], *failed])


def _pinned(settings: Settings, image: str, known: tuple[Content, ...]) -> set[int]:
    """The versions that the settings pin, and those of the image's folder."""
    folder = image_tag(images_folder(), image, settings.images[image])
    pins = {folder, settings.images[image].version}
    pins |= {user.versions[image] for user in settings.users.values() if image in user.versions}
    named = [content.versions for content in known if content.tag in pins]
    return {pin for pin in pins if isinstance(pin, int)}.union(*named)


def _without(content: Content, deleted: set[int]) -> Content:
    left = tuple(number for number in content.versions if number not in deleted)
    return content.model_copy(update={"versions": left})
