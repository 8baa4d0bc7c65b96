"""Amazon ECR, as far as pushing an image asks it."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.parsers import ResponseParserError

from settings import UserError
from studio.aws.session import client, one_line

_VISIBLE_SECONDS = 20

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html and API_Repository
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}")
_URI = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?/[a-z0-9][a-z0-9._/-]{0,255}")
_MANIFESTS = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
)
_PASSWORD = re.compile(r"[!-~]{1,65536}")

_UNREADABLE = (
    ResponseParserError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
)
"""What reading raises where an answer has another shape than botocore's model says."""


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
        with _one_line():
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
                    f"image {image}: tags of ECR's repository {name} can be overwritten: deploy "
                    "the ecr stack again (`cdktf deploy ecr`)"
                )
            return Repository(name, _like(_URI, found["repositoryUri"]))

    def digest(self, repository: Repository, tag: str) -> str | None:
        """The digest that a tag stands for, None when there is no such tag."""
        with _one_line():
            try:
                answer = self._client.describe_images(
                    repositoryName=repository.name, imageIds=[{"imageTag": tag}]
                )
            except self._client.exceptions.ImageNotFoundException:
                return None
            return _like(_DIGEST, answer["imageDetails"][0]["imageDigest"])

    def pushed(self, name: str) -> dict[str, list[str]]:
        """The tags of each digest in a repository, the image pushed first first.

        Nothing where there is no such repository.
        """
        with _one_line():
            pages = self._client.get_paginator("describe_images").paginate(repositoryName=name)
            try:
                details = [detail for page in pages for detail in page["imageDetails"]]
            except self._client.exceptions.RepositoryNotFoundException:
                return {}
            details.sort(key=lambda detail: detail["imagePushedAt"])
            return {
                _like(_DIGEST, detail["imageDigest"]): [
                    _like(_TAG, tag) for tag in detail.get("imageTags", [])
                ]
                for detail in details
            }

    def verified_digest(
        self, repository: Repository, tag: str, pushed: str | None, *, built: str | None = None
    ) -> str:
        """The digest of a tag just pushed; UserError unless it is the one that was pushed.

        pushed: the manifest's, None where the engine does not name it; then `built`, the image's id
        in the engine, has to be that of the manifest that ECR has, or of the configuration in it.
        """
        deadline = time.monotonic() + _VISIBLE_SECONDS
        while (found := self.digest(repository, tag)) is None:
            if time.monotonic() > deadline:
                raise UserError(f"{repository.uri}:{tag} was pushed, but ECR does not show it")
            time.sleep(0.5)
        if pushed is not None and pushed != found:
            raise UserError(f"{repository.uri}:{tag}: pushed {pushed}, but ECR has {found}")
        if pushed is None and built not in (None, found, self._config(repository, found)):
            raise UserError(f"{repository.uri}:{tag}: built {built}, but ECR has {found}")
        return found

    def _config(self, repository: Repository, digest: str) -> str:
        """The digest of the configuration in an image's manifest."""
        with _one_line():
            answer = self._client.batch_get_image(
                repositoryName=repository.name,
                imageIds=[{"imageDigest": digest}],
                acceptedMediaTypes=list(_MANIFESTS),
            )
            manifest = json.loads(answer["images"][0]["imageManifest"])
            return _like(_DIGEST, manifest["config"]["digest"])

    def digests(self, repository: Repository) -> list[str]:
        """The digests of all images in a repository, the oldest push first."""
        images: list[dict[str, Any]] = []
        with _one_line():
            pages = self._client.get_paginator("describe_images")
            for page in pages.paginate(repositoryName=repository.name):
                images += page["imageDetails"]
            images.sort(key=lambda image: image["imagePushedAt"])
            return [_like(_DIGEST, image["imageDigest"]) for image in images]

    def kept(self, repository: Repository) -> int | None:
        """How many images the deployed lifecycle policy keeps at most; None: it counts none."""
        with _one_line():
            try:
                answer = self._client.get_lifecycle_policy(repositoryName=repository.name)
            except self._client.exceptions.LifecyclePolicyNotFoundException:
                return None
            chosen = [
                rule["selection"] for rule in json.loads(answer["lifecyclePolicyText"])["rules"]
            ]
            return min(
                (
                    int(selection["countNumber"])
                    for selection in chosen
                    if selection["countType"] == "imageCountMoreThan"
                    and selection["tagStatus"] != "untagged"
                ),
                default=None,
            )

    def scan(self, repository: Repository, digest: str) -> Scan | None:
        """How far the scan of an image is; None when there is none (yet)."""
        with _one_line():
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
        with _one_line():
            self._client.start_image_scan(
                repositoryName=repository.name, imageId={"imageDigest": digest}
            )

    def password(self) -> str:
        """The registry's password of the user AWS, good for 12 hours."""
        with _one_line():
            answer = self._client.get_authorization_token()
            token = base64.b64decode(answer["authorizationData"][0]["authorizationToken"]).decode()
            return _like(_PASSWORD, token.partition(":")[2])


def _like(pattern: re.Pattern[str], value: str) -> str:
    """``value`` where it is what ECR's model promises; ValueError otherwise."""
    if not pattern.fullmatch(value):
        raise ValueError(value)
    return value


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        with one_line("ECR"):
            yield
    except _UNREADABLE as error:
        raise UserError(
            "ECR: an answer that is not ECR's: is a proxy in between, or AWS_ENDPOINT_URL wrong?"
        ) from error
