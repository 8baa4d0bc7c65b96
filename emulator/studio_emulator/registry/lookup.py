"""Finds an image by its URI, in this account and region; in an index, the one for amd64."""

import io
import json
import re
import tarfile
from dataclasses import dataclass
from typing import IO, Any

from studio_emulator.errors import AwsError
from studio_emulator.lock import LOCK
from studio_emulator.moto_internals import ECRBackend, Image, Repository, ecr_backends
from studio_emulator.registry.blobs import BLOBS
from studio_emulator.registry.images import MANIFEST_LIMIT, check_key, image_of

_REFERENCE = re.compile(
    r"(?P<host>[^/]+)/(?P<name>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_ECR_HOST = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?"
)


@dataclass(frozen=True, kw_only=True)
class PushedImage:
    """An image as a client that pulls it sees it.

    architecture, os, config: of the image's config; "" and {} if that is no JSON object. layers,
    config_digest: the digests of its blobs. An index has these five values of its linux/amd64
    image, or of its first image. problem: why nobody can pull it, or "".
    """

    repository_arn: str
    problem: str
    digest: str
    architecture: str
    os: str
    config: dict[str, Any]
    config_digest: str
    layers: tuple[str, ...]

    def write_archive(self, name: str, target: IO[bytes]) -> None:
        """Write the archive for `docker load` with the name REPOSITORY:TAG. Raises OSError.

        https://github.com/moby/docker-image-spec/blob/main/spec.md, "Combined Image JSON"
        """
        config = f"{self.config_digest.removeprefix('sha256:')}.json"
        layers = [f"{digest.removeprefix('sha256:')}.tar" for digest in self.layers]
        manifest = [{"Config": config, "RepoTags": [name], "Layers": layers}]
        digests = (self.config_digest, *self.layers)
        with tarfile.open(fileobj=target, mode="w|") as archive:
            for digest, member in zip(digests, (config, *layers), strict=True):
                with BLOBS.open(digest) as blob:
                    _add(archive, member, blob)
            _add(archive, "manifest.json", io.BytesIO(json.dumps(manifest).encode()))


def find_image(account: str, region: str, uri: str) -> PushedImage | None:
    """The image of `REPOSITORY_URI[:TAG][@DIGEST]`, or None.

    The registry is the emulator's address or ACCOUNT.dkr.ecr.REGION.amazonaws.com. With a digest,
    the tag must be on the same image.
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
            repository_arn=repository.arn,
            problem=_problem(repository),
            digest=image.image_digest,
            architecture=str(config.get("architecture", "")),
            os=str(config.get("os", "")),
            config=config,
            config_digest=config_digest,
            layers=tuple(str(layer["digest"]) for layer in manifest.get("layers", [])),
        )


def _problem(repository: Repository) -> str:
    try:
        check_key(repository)
    except AwsError as refused:
        return refused.message
    return ""


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
        with BLOBS.open(digest) as blob:
            config = json.loads(blob.read(MANIFEST_LIMIT))
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, io.SEEK_END)
    content.seek(0)
    archive.addfile(member, content)
