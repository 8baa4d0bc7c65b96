"""SageMaker images: their versions, and which domain, profile, space or app uses one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.statuses import IMAGE_VERSION_USABLE
from studio.aws.client import Aws
from studio.aws.domain_resources import APPS, DOMAIN, PROFILES, SPACES, list_described
from studio.aws.errors import ignoring


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of an image. digest: of its base image."""

    number: int
    status: str
    digest: str
    created: datetime

    @property
    def usable(self) -> bool:
        """Whether apps can run it, now or after its creation."""
        return self.status in IMAGE_VERSION_USABLE

    @property
    def failed(self) -> bool:
        """Whether SageMaker failed to create it."""
        return not self.usable and self.status != "DELETING"


@dataclass(frozen=True, kw_only=True)
class Use:
    """A resource that uses a version. by: its type and name. number: None for no fixed version."""

    by: str
    number: int | None


def list_versions(aws: Aws, image: str) -> list[Version] | None:
    """The versions of an image, oldest first; None without an image. Raises AwsError."""
    with ignoring("ResourceNotFound"):
        found = []
        for item in aws.all("sagemaker", "list_image_versions", "ImageVersions", ImageName=image):
            with ignoring("ResourceNotFound"):
                found.append(_describe_version(aws, image, item["Version"]))
        return sorted(found, key=lambda version: version.number)
    return None


def delete_version(aws: Aws, image: str, number: int) -> bool:
    """Request the deletion of a version; False if it is in use. Raises AwsError."""
    with ignoring("ResourceInUse"):
        with ignoring("ResourceNotFound"):
            aws.client("sagemaker").delete_image_version(ImageName=image, Version=number)
        return True
    return False


def list_uses(aws: Aws, image: str, versions: list[Version]) -> list[Use]:
    """The resources of all domains of the region that use the image. Raises AwsError."""
    usable = [found for found in versions if found.usable]
    newest = max((found.number for found in usable), default=None)
    found = []
    for by, description, since in _described(aws):
        numbers = set(named(description, image))
        if None in numbers:
            # An app without a fixed version runs the newest one at its start.
            earlier = (v.number for v in usable if since and v.created <= since)
            numbers = numbers - {None} | {max(earlier, default=newest)}
        found += [Use(by=by, number=number) for number in numbers]
    return found


def _described(aws: Aws) -> Iterator[tuple[str, Any, datetime | None]]:
    """Each resource that can use an image: a label, its description, and the start of an app."""
    for kind, noun in ((DOMAIN, "domain"), (PROFILES, "user"), (SPACES, "space"), (APPS, "app")):
        for resource, description in list_described(aws, kind):
            name = resource.listed["DomainName"] if kind is DOMAIN else resource.name
            since = resource.listed["CreationTime"] if kind is APPS else None
            yield f"{noun} {name}", description, since


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
    """The numbers of the image's versions in a description; None for the image without one."""
    if isinstance(node, list):
        for item in node:
            yield from named(item, image)
    if not isinstance(node, dict):
        return
    if node.get("ImageName") == image:
        # 0 stands for the newest version.
        yield node.get("ImageVersionNumber") or None
    version = node.get("SageMakerImageVersionArn", "")
    # ARNs have the names of images in lower case.
    if f":image-version/{image.lower()}/" in version:
        yield int(version.rpartition("/")[2])
    elif not version and node.get("SageMakerImageArn", "").endswith(f":image/{image.lower()}"):
        yield None
    for value in node.values():
        yield from named(value, image)
