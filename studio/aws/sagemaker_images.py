"""SageMaker images: their versions, and what uses each version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.statuses import APP_ENDED, IMAGE_VERSION_USABLE
from studio.aws.client import Aws
from studio.aws.errors import AwsError, ignoring


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of an image; digest: of the container image that it was made from."""

    number: int
    status: str
    digest: str
    created: datetime

    @property
    def usable(self) -> bool:
        """Whether apps run it, or soon can."""
        return self.status in IMAGE_VERSION_USABLE

    @property
    def failed(self) -> bool:
        """Whether SageMaker failed to create it."""
        return not self.usable and self.status != "DELETING"


@dataclass(frozen=True, kw_only=True)
class Use:
    """A domain, user profile, space or app that uses a version; number None: no fixed version."""

    by: str
    number: int | None


def list_versions(aws: Aws, image: str) -> list[Version] | None:
    """The versions of an image, oldest first; None if there is no such image.

    Raises AwsError.
    """
    listed = None
    with ignoring("ResourceNotFound"):
        listed = aws.all("sagemaker", "list_image_versions", "ImageVersions", ImageName=image)
    if listed is None:
        return None
    found = (_describe_version(aws, image, item["Version"]) for item in listed)
    return sorted(found, key=lambda version: version.number)


def delete_version(aws: Aws, image: str, number: int) -> bool:
    """Request the deletion of a version; False if something uses it. Raises AwsError."""
    try:
        with ignoring("ResourceNotFound"):
            aws.client("sagemaker").delete_image_version(ImageName=image, Version=number)
    except AwsError as error:
        if error.code != "ResourceInUse":
            raise
        return False
    return True


def list_uses(aws: Aws, image: str, versions: list[Version]) -> list[Use]:
    """What uses the image in any domain of the region, and in which version.

    Raises AwsError.
    """
    usable = [found for found in versions if found.usable]
    newest = max((found.number for found in usable), default=None)
    found = []
    for by, description, since in _described(aws):
        numbers = set(named(description, image))
        if None in numbers and since is not None:
            # An app that names no version runs the one that was the newest at its start.
            earlier = (v.number for v in usable if v.created <= since)
            numbers = numbers - {None} | {max(earlier, default=newest)}
        elif None in numbers:
            numbers = numbers - {None} | {newest}
        found += [Use(by=by, number=number) for number in numbers]
    return found


def _described(aws: Aws) -> Iterator[tuple[str, Any, datetime | None]]:
    """What can use an image: a label, the description, the start of an app."""
    client = aws.client("sagemaker")
    for domain in aws.all("sagemaker", "list_domains", "Domains"):
        key = {"DomainId": domain["DomainId"]}
        yield f"domain {domain['DomainName']}", client.describe_domain(**key), None
    for profile in aws.all("sagemaker", "list_user_profiles", "UserProfiles"):
        key = {name: profile[name] for name in ("DomainId", "UserProfileName")}
        yield f"user {profile['UserProfileName']}", client.describe_user_profile(**key), None
    for space in aws.all("sagemaker", "list_spaces", "Spaces"):
        key = {name: space[name] for name in ("DomainId", "SpaceName")}
        yield f"space {space['SpaceName']}", client.describe_space(**key), None
    for app in aws.all("sagemaker", "list_apps", "Apps"):
        if app["Status"] not in APP_ENDED:
            names = ("DomainId", "AppType", "AppName", "SpaceName", "UserProfileName")
            key = {name: app[name] for name in names if name in app}
            where = app.get("SpaceName") or app.get("UserProfileName")
            by = f"app {where}/{app['AppType']}"
            yield by, client.describe_app(**key), app["CreationTime"]


def _describe_version(aws: Aws, image: str, number: int) -> Version:
    client = aws.client("sagemaker")
    described = client.describe_image_version(ImageName=image, Version=number)
    return Version(
        number=number,
        status=described["ImageVersionStatus"],
        digest=described["BaseImage"].rpartition("@")[2],
        created=described["CreationTime"],
    )


def named(node: Any, image: str) -> Iterator[int | None]:
    """The numbers of the image's versions that a description names; None: the image alone."""
    if isinstance(node, list):
        for item in node:
            yield from named(item, image)
    if not isinstance(node, dict):
        return
    if node.get("ImageName") == image:
        # Provider and emulator write 0 for "the newest".
        yield node.get("ImageVersionNumber") or None
    version = node.get("SageMakerImageVersionArn", "")
    # SageMaker writes the names of images in ARNs in lower case.
    if f":image-version/{image.lower()}/" in version:
        yield int(version.rpartition("/")[2])
    elif not version and node.get("SageMakerImageArn", "").endswith(f":image/{image.lower()}"):
        yield None
    for value in node.values():
        yield from named(value, image)
