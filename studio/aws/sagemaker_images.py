"""What SageMaker holds of an image: its versions, and who uses which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.config import Config

from studio.aws.session import one_line, session

_CONFIG = Config(connect_timeout=10, read_timeout=30, retries={"total_max_attempts": 5})
_USABLE = ("CREATED", "CREATING")
_APPS_GONE = ("Deleted", "Failed")


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
        return self.status in _USABLE

    @property
    def failed(self) -> bool:
        """Whether it is there and will never run."""
        return not self.usable and self.status != "DELETING"


@dataclass(frozen=True, kw_only=True)
class Use:
    """A profile, space, app or domain that needs a version; number None: no certain one."""

    by: str
    number: int | None


class SageMaker:
    """SageMaker in one region, or the emulator's where AWS_ENDPOINT_URL leads there.

    Every method raises UserError when AWS cannot be reached or refuses.
    """

    def __init__(self, region: str) -> None:
        with one_line("SageMaker"):
            self._client = session().client("sagemaker", region_name=region, config=_CONFIG)

    def versions(self, image: str) -> list[Version] | None:
        """The versions of an image, the first one first; None where there is no such image."""
        with one_line("SageMaker"):
            try:
                listed = self._all("list_image_versions", "ImageVersions", ImageName=image)
            except self._client.exceptions.ResourceNotFound:
                return None
            return sorted(
                (self._version(image, item) for item in listed), key=lambda found: found.number
            )

    def delete(self, image: str, number: int) -> bool:
        """Start to delete a version; False where something uses it."""
        with one_line("SageMaker"):
            try:
                self._client.delete_image_version(ImageName=image, Version=number)
            except self._client.exceptions.ResourceInUse:
                return False
            except self._client.exceptions.ResourceNotFound:
                pass
        return True

    def uses(self, image: str, versions: list[Version]) -> list[Use]:
        """Who in any domain of the region names the image, and which version that means."""
        usable = [found for found in versions if found.usable]
        newest = max((found.number for found in usable), default=None)
        found = []
        with one_line("SageMaker"):
            for by, description, since in self._described():
                numbers = set(named(description, image))
                if None in numbers and since is not None:
                    # An app that names no version runs the one that was the newest at its start.
                    earlier = (v.number for v in usable if v.created <= since)
                    numbers = numbers - {None} | {max(earlier, default=newest)}
                elif None in numbers:
                    numbers = numbers - {None} | {newest}
                found += [Use(by=by, number=number) for number in numbers]
        return found

    def _described(self) -> Iterator[tuple[str, Any, datetime | None]]:
        client = self._client
        for domain in self._all("list_domains", "Domains"):
            key = {"DomainId": domain["DomainId"]}
            yield f"domain {domain['DomainName']}", client.describe_domain(**key), None
        for profile in self._all("list_user_profiles", "UserProfiles"):
            key = {name: profile[name] for name in ("DomainId", "UserProfileName")}
            user = profile["UserProfileName"]
            yield f"user {user}", client.describe_user_profile(**key), None
        for space in self._all("list_spaces", "Spaces"):
            key = {name: space[name] for name in ("DomainId", "SpaceName")}
            yield f"space {space['SpaceName']}", client.describe_space(**key), None
        for app in self._all("list_apps", "Apps"):
            if app["Status"] not in _APPS_GONE:
                names = ("DomainId", "AppType", "AppName", "SpaceName", "UserProfileName")
                key = {name: app[name] for name in names if name in app}
                where = app.get("SpaceName") or app.get("UserProfileName")
                yield (
                    f"app {where}/{app['AppType']}",
                    client.describe_app(**key),
                    app["CreationTime"],
                )

    def _version(self, image: str, item: dict[str, Any]) -> Version:
        number = item["Version"]
        described = self._client.describe_image_version(ImageName=image, Version=number)
        return Version(
            number=number,
            status=described["ImageVersionStatus"],
            digest=described["BaseImage"].rpartition("@")[2],
            created=described["CreationTime"],
        )

    def _all(self, operation: str, member: str, **params: str) -> list[dict[str, Any]]:
        pages = self._client.get_paginator(operation).paginate(**params)
        return [item for page in pages for item in page[member]]


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
