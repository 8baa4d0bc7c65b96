"""Amazon ECR: repositories, images, scans and credentials."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from settings import UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError, ignoring
from studio.aws.waiting import moments
from studio.console.reports import Report

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_VISIBLE_SECONDS = 20
_MANIFESTS = (DOCKER_MANIFEST, "application/vnd.oci.image.manifest.v1+json")


def digest_of(content: bytes) -> str:
    """The address of a blob or a manifest: `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@dataclass(frozen=True)
class Repository:
    """A repository; uri: `REGISTRY/NAME`."""

    name: str
    uri: str

    @property
    def registry(self) -> str:
        return self.uri.partition("/")[0]


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A scan of an image, and its number of findings by severity."""

    status: str
    description: str = ""
    findings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ecr:
    """ECR in one region. Every method raises AwsError."""

    aws: Aws

    def repository(self, name: str, *, image: str) -> Repository:
        """The repository of an image. UserError if it does not exist, or its tags are mutable."""
        try:
            answer = self._client.describe_repositories(repositoryNames=[name])
        except AwsError as error:
            if error.code != "RepositoryNotFoundException":
                raise
            raise UserError(
                f"image {image}: ECR has no repository {name} in {self.aws.region}: run "
                "`studio up`, or deploy the ecr stack first (`cdktf deploy ecr`)"
            ) from None
        found = answer["repositories"][0]
        if found["imageTagMutability"] != "IMMUTABLE":
            raise UserError(
                f"image {image}: the tags of ECR's repository {name} are mutable: deploy the ecr "
                "stack again (`cdktf deploy ecr`)"
            )
        return Repository(name, found["repositoryUri"])

    def digest(self, repository: Repository, tag: str) -> str | None:
        """The digest of a tag; None if there is no such tag."""
        with ignoring("ImageNotFoundException"):
            return str(self._image(repository, imageTag=tag)["imageDigest"])
        return None

    def media_type(self, repository: Repository, digest: str) -> str:
        """The media type of an image's manifest."""
        image = self._image(repository, imageDigest=digest)
        return str(image.get("imageManifestMediaType", ""))

    def holds(self, account: str, repository: str, digest: str) -> bool:
        """Whether the registry of an account has the image."""
        with ignoring("RepositoryNotFoundException", "ImageNotFoundException"):
            self._client.describe_images(
                registryId=account, repositoryName=repository, imageIds=[{"imageDigest": digest}]
            )
            return True
        return False

    def policy(self, account: str, repository: str) -> Mapping[str, Any]:
        """The document of a repository's policy; empty without one."""
        with ignoring("RepositoryPolicyNotFoundException", "RepositoryNotFoundException"):
            found = self._client.get_repository_policy(
                registryId=account, repositoryName=repository
            )
            document: Mapping[str, Any] = json.loads(found["policyText"])
            return document
        return {}

    def put_image(
        self, repository: Repository, tag: str, *, manifest: bytes, blobs: Iterable[bytes]
    ) -> None:
        """Upload a small image of Docker's type: its blobs, then its manifest."""
        name = repository.name
        for blob in blobs:
            with ignoring("LayerAlreadyExistsException"):
                upload = self._client.initiate_layer_upload(repositoryName=name)["uploadId"]
                self._client.upload_layer_part(
                    repositoryName=name,
                    uploadId=upload,
                    partFirstByte=0,
                    partLastByte=len(blob) - 1,
                    layerPartBlob=blob,
                )
                self._client.complete_layer_upload(
                    repositoryName=name, uploadId=upload, layerDigests=[digest_of(blob)]
                )
        self._client.put_image(
            repositoryName=name,
            imageManifest=manifest.decode(),
            imageManifestMediaType=DOCKER_MANIFEST,
            imageTag=tag,
        )

    def pushed(self, name: str) -> dict[str, list[str]]:
        """The tags of each digest in a repository, the oldest push first; {} without one."""
        images = sorted(self._images(name), key=lambda image: image["imagePushedAt"])
        return {image["imageDigest"]: image.get("imageTags", []) for image in images}

    def image_sizes(self, name: str) -> list[int]:
        """The bytes of each image in a repository; none without the repository."""
        return [image.get("imageSizeInBytes", 0) for image in self._images(name)]

    def delete_repository(self, name: str, report: Report) -> None:
        """Delete a repository and the images in it."""
        with ignoring("RepositoryNotFoundException"):
            self._client.delete_repository(repositoryName=name, force=True)
            report(f"deleted   repository {name}")

    def verified_digest(
        self, repository: Repository, tag: str, pushed: str | None, *, built: str | None = None
    ) -> str:
        """The digest of a tag that was just pushed; UserError if ECR has another one.

        pushed: of the manifest; None if the engine does not print it. Then `built`, the image's id
        in the engine, must be the digest of ECR's manifest or of its configuration.
        """
        digests = (self.digest(repository, tag) for _ in moments(_VISIBLE_SECONDS))
        found = next(filter(None, digests), None)
        if found is None:
            raise UserError(f"{repository.uri}:{tag} was pushed, but ECR does not show it")
        if pushed is not None and pushed != found:
            raise UserError(f"{repository.uri}:{tag}: pushed {pushed}, but ECR has {found}")
        if pushed is None and built not in (None, found, self._config(repository, found)):
            raise UserError(f"{repository.uri}:{tag}: built {built}, but ECR has {found}")
        return found

    def retained_images(self, repository: Repository) -> int | None:
        """The number of images that the lifecycle policy retains; None without a limit."""
        with ignoring("LifecyclePolicyNotFoundException"):
            answer = self._client.get_lifecycle_policy(repositoryName=repository.name)
            rules = json.loads(answer["lifecyclePolicyText"])["rules"]
            counts = (
                int(selection["countNumber"])
                for selection in (rule["selection"] for rule in rules)
                if selection["countType"] == "imageCountMoreThan"
                and selection["tagStatus"] != "untagged"
            )
            return min(counts, default=None)
        return None

    def scan(self, repository: Repository, digest: str) -> Scan | None:
        """The scan of an image; None before its first scan."""
        with ignoring("ScanNotFoundException"):
            answer = self._client.describe_image_scan_findings(
                repositoryName=repository.name, imageId={"imageDigest": digest}
            )
            status = answer.get("imageScanStatus", {})
            return Scan(
                status=status.get("status", "PENDING"),
                description=status.get("description", ""),
                findings=answer.get("imageScanFindings", {}).get("findingSeverityCounts", {}),
            )
        return None

    def start_scan(self, repository: Repository, digest: str) -> None:
        """Start a scan; ECR allows one in 24 hours for each image."""
        self._client.start_image_scan(
            repositoryName=repository.name, imageId={"imageDigest": digest}
        )

    def password(self) -> str:
        """The registry's password for the user AWS, valid for 12 hours."""
        token = base64.b64decode(self._login()["authorizationToken"])
        return token.decode().removeprefix("AWS:")

    def registry(self) -> str:
        """The registry of the account: `HOST[:PORT]`."""
        return str(self._login()["proxyEndpoint"]).partition("://")[2]

    @property
    def _client(self) -> Any:
        return self.aws.client("ecr")

    def _login(self) -> Any:
        return self._client.get_authorization_token()["authorizationData"][0]

    def _image(self, repository: Repository, **id_: str) -> Any:
        answer = self._client.describe_images(repositoryName=repository.name, imageIds=[id_])
        return answer["imageDetails"][0]

    def _images(self, name: str) -> list[dict[str, Any]]:
        with ignoring("RepositoryNotFoundException"):
            return self.aws.all("ecr", "describe_images", "imageDetails", repositoryName=name)
        return []

    def _config(self, repository: Repository, digest: str) -> str:
        """The digest of the configuration in an image's manifest; "" in one of another type."""
        answer = self._client.batch_get_image(
            repositoryName=repository.name,
            imageIds=[{"imageDigest": digest}],
            acceptedMediaTypes=list(_MANIFESTS),
        )
        manifests = (json.loads(image["imageManifest"]) for image in answer["images"])
        return next((str(found["config"]["digest"]) for found in manifests), "")
