"""The content of a placeholder: a minimal, labelled image; `builder` decides when it is used."""

import gzip
import io
import json
import tarfile
from dataclasses import dataclass
from typing import Any

from studio.aws.ecr import DOCKER_MANIFEST, digest_of

LABEL = "studio.placeholder"
"""The label of a placeholder, with the value "true"."""

_CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
_LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """The three blobs of an image for linux/amd64, of Docker's type."""

    layer: bytes
    config: bytes
    manifest: bytes


def placeholder(image: str, tag: str) -> Placeholder:
    """The placeholder for an image and a tag; the same bytes each time."""
    text = f"A placeholder for the image {image}, content {tag}: it was not built.\n"
    archive = _archive("PLACEHOLDER", text.encode())
    layer = gzip.compress(archive, mtime=0)
    config = _json(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Labels": {LABEL: "true"}, "User": "1000:100"},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(archive)]},
            "history": [{"created_by": "studio push --placeholder"}],
        }
    )
    manifest = _json(
        {
            "schemaVersion": 2,
            "mediaType": DOCKER_MANIFEST,
            "config": _descriptor(_CONFIG_TYPE, config),
            "layers": [_descriptor(_LAYER_TYPE, layer)],
        }
    )
    return Placeholder(layer=layer, config=config, manifest=manifest)


def _archive(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
