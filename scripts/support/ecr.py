"""Amazon ECR, as far as pushing an image asks it."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.support.account import client, one_line
from settings import UserError

_VISIBLE_SECONDS = 20


@dataclass(frozen=True)
class Repository:
    """A repository: its name, and its address `REGISTRY/NAME`."""

    name: str
    uri: str

    @property
    def registry(self) -> str:
        return self.uri.partition("/")[0]


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A scan of an image. status: ECR's ScanStatus. counts: findings by severity."""

    status: str
    description: str
    counts: Mapping[str, int]


class Ecr:
    """ECR in one region, or the emulator's where AWS_ENDPOINT_URL leads there.

    Every method raises UserError when AWS cannot be reached or refuses.
    """

    def __init__(self, region: str) -> None:
        self._region = region
        self._client = client("ecr", region)

    def repository(self, name: str, *, image: str) -> Repository:
        with one_line("ECR"):
            try:
                answer = self._client.describe_repositories(repositoryNames=[name])
            except self._client.exceptions.RepositoryNotFoundException:
                raise UserError(
                    f"image {image}: ECR has no repository {name} in {self._region}: run "
                    "`studio up`, or deploy the ecr stack first (`cdktf deploy ecr`)"
                ) from None
        found = answer["repositories"][0]
        if found.get("imageTagMutability") != "IMMUTABLE":
            raise UserError(
                f"image {image}: tags of ECR's repository {name} can be overwritten: deploy the "
                "ecr stack again (`cdktf deploy ecr`)"
            )
        return Repository(name, found["repositoryUri"])

    def digest(self, repository: Repository, tag: str) -> str | None:
        """The digest that a tag stands for, None when there is no such tag."""
        with one_line("ECR"):
            try:
                answer = self._client.describe_images(
                    repositoryName=repository.name, imageIds=[{"imageTag": tag}]
                )
            except self._client.exceptions.ImageNotFoundException:
                return None
        return str(answer["imageDetails"][0]["imageDigest"])

    def pushed(self, name: str) -> dict[str, list[str]]:
        """The tags of each digest in a repository, the image pushed first first.

        Nothing where there is no such repository.
        """
        with one_line("ECR"):
            pages = self._client.get_paginator("describe_images").paginate(repositoryName=name)
            try:
                details = [detail for page in pages for detail in page["imageDetails"]]
            except self._client.exceptions.RepositoryNotFoundException:
                return {}
        details.sort(key=lambda detail: detail["imagePushedAt"])
        return {detail["imageDigest"]: detail.get("imageTags", []) for detail in details}

    def verified_digest(self, repository: Repository, tag: str, pushed: str | None) -> str:
        """The digest of a tag just pushed; UserError unless it is the one that was pushed.

        pushed: None where the engine does not name it.
        """
        deadline = time.monotonic() + _VISIBLE_SECONDS
        while (found := self.digest(repository, tag)) is None:
            if time.monotonic() > deadline:
                raise UserError(f"{repository.uri}:{tag} was pushed, but ECR does not show it")
            time.sleep(0.5)
        if pushed is not None and pushed != found:
            raise UserError(f"{repository.uri}:{tag}: pushed {pushed}, but ECR has {found}")
        return found

    def digests(self, repository: Repository) -> list[str]:
        """The digests of all images in a repository, the oldest push first."""
        images: list[dict[str, Any]] = []
        with one_line("ECR"):
            pages = self._client.get_paginator("describe_images")
            for page in pages.paginate(repositoryName=repository.name):
                images += page["imageDetails"]
        images.sort(key=lambda image: image["imagePushedAt"])
        return [str(image["imageDigest"]) for image in images]

    def scan(self, repository: Repository, digest: str) -> Scan | None:
        """How far the scan of an image is; None when there is none (yet)."""
        with one_line("ECR"):
            try:
                answer = self._client.describe_image_scan_findings(
                    repositoryName=repository.name, imageId={"imageDigest": digest}
                )
            except self._client.exceptions.ScanNotFoundException:
                return None
        status = answer.get("imageScanStatus", {})
        return Scan(
            status=status.get("status", "PENDING"),
            description=status.get("description", ""),
            counts=answer.get("imageScanFindings", {}).get("findingSeverityCounts", {}),
        )

    def start_scan(self, repository: Repository, digest: str) -> None:
        """Ask for a scan; ECR allows one in 24 hours for each image."""
        with one_line("ECR"):
            self._client.start_image_scan(
                repositoryName=repository.name, imageId={"imageDigest": digest}
            )

    def password(self) -> str:
        """The registry's password of the user AWS, good for 12 hours."""
        with one_line("ECR"):
            answer = self._client.get_authorization_token()
        token = base64.b64decode(answer["authorizationData"][0]["authorizationToken"]).decode()
        return token.partition(":")[2]
