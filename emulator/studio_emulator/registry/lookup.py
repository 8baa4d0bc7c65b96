"""Finds the image that an address names, as a client that pulls it does."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from studio_emulator.lock import LOCK
from studio_emulator.moto_internals import ECRBackend, Image, Repository, ecr_backends
from studio_emulator.registry.blobs import BLOBS
from studio_emulator.registry.images import MANIFEST_LIMIT, image_of

_REFERENCE = re.compile(
    r"(?P<host>[^/]+)/(?P<name>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_ECR_HOST = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?"
)


@dataclass(frozen=True, kw_only=True)
class PushedImage:
    """An image as a client that pulls it sees it.

    architecture, os, config: from the image's config; "" and {} when the registry holds no
    config (PutImage without its layers). layers, config_digest: its blobs. Of an index, all five
    are those of the linux/amd64 image, else of the first. size: bytes of the compressed layers.
    pushed_at: seconds since the epoch.
    """

    repository: str
    repository_arn: str
    digest: str
    tags: tuple[str, ...]
    media_type: str
    architecture: str
    os: str
    config: dict[str, Any]
    config_digest: str
    layers: tuple[str, ...]
    size: int
    pushed_at: float


def find_image(account: str, region: str, uri: str) -> PushedImage | None:
    """What `REPOSITORY_URI[:TAG][@DIGEST]` names, None when it was never pushed.

    The repository is this emulator's own address or ACCOUNT.dkr.ecr.REGION.amazonaws.com; a
    tag beside a digest must be on that very image.
    """
    match = _REFERENCE.fullmatch(uri)
    if match is None:
        return None
    ecr = _ECR_HOST.fullmatch(match["host"])
    if ecr:
        account, region = ecr["account"], ecr["region"]
    try:
        backend: ECRBackend = ecr_backends[account][region]
    except KeyError:
        return None
    repository = backend.repositories.get(match["name"])
    if repository is None or not (ecr or repository.uri == f"{match['host']}/{match['name']}"):
        return None
    with LOCK:
        image = image_of(repository, match["digest"] or match["tag"] or "latest")
        if image is None or (match["tag"] and match["tag"] not in image.image_tags):
            return None
        manifest = _manifest(repository, image)
        config_digest = str(manifest.get("config", {}).get("digest", ""))
        config = _config(config_digest)
        return PushedImage(
            repository=repository.name,
            repository_arn=repository.arn,
            digest=image.image_digest,
            tags=tuple(image.image_tags),
            media_type=image.image_manifest_media_type,
            architecture=str(config.get("architecture", "")),
            os=str(config.get("os", "")),
            config=config,
            config_digest=config_digest,
            layers=tuple(str(layer["digest"]) for layer in manifest.get("layers", [])),
            size=image.image_size_in_bytes or 0,
            pushed_at=float(image.image_pushed_at),
        )


def _manifest(repository: Repository, image: Image) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(image.image_manifest)
    if "manifests" not in manifest:
        return manifest
    children = manifest["manifests"]
    amd64 = {"os": "linux", "architecture": "amd64"}
    chosen = [c for c in children if amd64.items() <= c.get("platform", {}).items()] or children
    child = image_of(repository, chosen[0]["digest"]) if chosen else None
    return _manifest(repository, child) if child else {}


def _config(digest: str) -> dict[str, Any]:
    try:
        config = json.loads(BLOBS.content(digest, limit=MANIFEST_LIMIT))
    except ValueError:
        return {}
    return config if isinstance(config, dict) else {}
