"""Images of ECR: which manifests and tags a push may store; digest, size and scan of an image."""

import hashlib
import json
import re
import time
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.lock import LOCK
from studio_emulator.moto_internals import Image, Repository, get_backend
from studio_emulator.moto_internals.resources import kms_key
from studio_emulator.registry import scan
from studio_emulator.registry.blobs import DIGEST

MANIFEST_LIMIT = 4 << 20
"""The largest manifest in bytes (OCI distribution specification, "Pushing Manifests")."""

IMAGES = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
)
INDEXES = (
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)
TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")


def check_key(repository: Repository) -> None:
    """AwsError KmsException if the KMS key of the repository, if it has one, is not enabled.

    Images and manifests are encrypted: a push needs a data key, a pull decrypts it.
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
    """
    named = repository.encryption_configuration.get("kmsKey", "")
    kms = get_backend("kms")[repository.account_id][repository.region_name]
    key = kms_key(kms, named) if named else None
    if key is not None and key.key_state != "Enabled":
        message = f"The key '{key.arn}' of repository '{repository.name}' is {key.key_state}."
        raise AwsError("KmsException", message)


class RegistryImage(Image):  # type: ignore[misc]
    """An image of moto with the manifest's digest and the total size of its layers."""

    def __init__(self, repository: Repository, manifest: str, media_type: str) -> None:
        super().__init__(
            repository.account_id,
            None,
            manifest,
            repository.name,
            media_type,
            digest_of(manifest.encode()),
            repository.registry_id,
        )
        self.parsed: dict[str, Any] = json.loads(manifest)
        self.image_status = "ACTIVE"
        self.artifact_media_type = self.parsed.get("config", {}).get("mediaType")
        if self.is_index:
            self.size = max(
                (
                    child.image_size_in_bytes or 0
                    for child in repository.images
                    if child.image_digest in self.children
                ),
                default=0,
            )
        else:
            self.size = sum(layer["size"] for layer in self.parsed["layers"])

    @property
    def is_index(self) -> bool:
        return self.image_manifest_media_type in INDEXES

    @property
    def children(self) -> list[str]:
        """The digests of the images in an index or manifest list."""
        return [child["digest"] for child in self.parsed.get("manifests", [])]

    def get_image_size_in_bytes(self) -> int:
        return self.size

    def remove_tag(self, tag: str) -> None:
        super().remove_tag(tag)
        if not self.image_tags:
            self.image_tag = None

    @property
    def image_scan_status(self) -> dict[str, str] | None:
        return scan.status(self.last_scan) if self.last_scan else None

    @property
    def image_scan_findings_summary(self) -> dict[str, Any] | None:
        if self.last_scan is None or not scan.complete(self.last_scan):
            return None
        return scan.summary(self.last_scan)


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def put_manifest(
    repository: Repository,
    body: bytes,
    media_type: str,
    *,
    tag: str | None = None,
    digest: str | None = None,
) -> RegistryImage:
    """Store a manifest by its digest and, if given, a tag.

    Raises AwsError with PutImage's error codes (ECR API reference) for an invalid manifest, a wrong
    digest, missing blobs or child images, and an immutable tag, also if it is on this image
    (aws/containers-roadmap#2179).
    """
    manifest = _parse(body, media_type)
    if digest and digest != digest_of(body):
        raise AwsError(
            "ImageDigestDoesNotMatchException",
            f"The image with digest '{digest}' in repository '{repository.name}' and registry ID "
            f"'{repository.registry_id}' does not match the image digest that Amazon ECR has "
            "calculated.",
        )
    with LOCK:
        _check_references(repository, manifest)
        image = image_of(repository, digest_of(body))
        if tag:
            _check_tag(repository, tag)
        if image is None:
            image = RegistryImage(repository, body.decode(), media_type)
            if repository.image_scanning_configuration.get("scanOnPush") and not image.is_index:
                image.last_scan = datetime.now(UTC)
            repository.images.append(image)
        if tag:
            for other in repository.images:
                other.remove_tag(tag)
            image.update_tag(tag)
            image.image_pushed_at = int(time.time())
    return image


def image_of(repository: Repository, reference: str) -> Image | None:
    """The image with this digest or tag."""
    return next(
        (
            image
            for image in repository.images
            if reference == image.image_digest or reference in image.image_tags
        ),
        None,
    )


def in_an_index(repository: Repository, image: Image) -> bool:
    """Whether an index or manifest list contains the image, which prevents its deletion."""
    return any(image.image_digest in other.children for other in repository.images)


def _parse(body: bytes, media_type: str) -> dict[str, Any]:
    try:
        manifest = json.loads(body)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _bad_manifest("Invalid JSON syntax") from None
    if media_type not in IMAGES + INDEXES:
        raise _bad_manifest(f"Unsupported media type {media_type}")
    if not isinstance(manifest, dict) or manifest.get("schemaVersion") != 2:
        raise _bad_manifest("schemaVersion must be 2")
    if manifest.get("mediaType", media_type) != media_type:
        raise _bad_manifest("mediaType differs from the one the manifest was sent with")
    for descriptor in _descriptors(manifest, media_type):
        if not (
            isinstance(descriptor, dict)
            and isinstance(descriptor.get("size"), int)
            and DIGEST.fullmatch(str(descriptor.get("digest")))
        ):
            raise _bad_manifest("config, layers and manifests need a digest and a size each")
    return manifest


def _descriptors(manifest: dict[str, Any], media_type: str) -> list[Any]:
    is_index = media_type in INDEXES
    found = manifest.get("manifests" if is_index else "layers")
    if not isinstance(found, list):
        raise _bad_manifest("no list of layers or manifests")
    return found if is_index else [manifest.get("config"), *found]


def _check_references(repository: Repository, manifest: dict[str, Any]) -> None:
    where = (
        f"required for pushing image into repository with name '{repository.name}' in the "
        f"registry with id '{repository.registry_id}' do not exist"
    )
    if "manifests" in manifest:
        absent = [
            child["digest"]
            for child in manifest["manifests"]
            if image_of(repository, child["digest"]) is None
        ]
        if absent:
            raise AwsError(
                "ReferencedImagesNotFoundException",
                f"Images with digests '[{', '.join(absent)}]' {where}",
            )
        return
    blobs = [manifest["config"], *manifest["layers"]]
    missing = [blob["digest"] for blob in blobs if blob["digest"] not in repository.layers]
    if missing:
        raise AwsError(
            "LayersNotFoundException", f"Layers with digests '[{', '.join(missing)}]' {where}"
        )
    for blob in blobs:
        if repository.layers[blob["digest"]] != blob["size"]:
            raise _bad_manifest(f"size of {blob['digest']} is {repository.layers[blob['digest']]}")


def _check_tag(repository: Repository, tag: str) -> None:
    if not TAG.fullmatch(tag):
        raise AwsError(
            "InvalidParameterException",
            "Invalid parameter at 'imageTag' failed to satisfy constraint: 'must satisfy regular "
            f"expression '{TAG.pattern}''",
        )
    filters = repository.image_tag_mutability_exclusion_filters or []
    excluded = any(fnmatchcase(tag, rule["filter"]) for rule in filters)
    frozen = repository.is_tag_immutable() != excluded
    if frozen and image_of(repository, tag):
        raise AwsError(
            "ImageTagAlreadyExistsException",
            f"The image tag '{tag}' already exists in the '{repository.name}' repository and "
            "cannot be overwritten because the repository is immutable.",
        )


def _bad_manifest(reason: str) -> AwsError:
    return AwsError(
        "InvalidParameterException",
        f"Invalid parameter at 'ImageManifest' failed to satisfy constraint: '{reason}'",
    )
