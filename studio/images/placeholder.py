"""A stand-in for an image where no container engine is: valid, tiny, and marked as one."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from dataclasses import dataclass
from typing import Any

from studio.images.registry import Registry, digest_of

LABEL = "studio.placeholder"
"""The label, value "true", by which anybody tells a placeholder from a built image."""

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
_LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """The three blobs of an OCI image for linux/amd64."""

    layer: bytes
    config: bytes
    manifest: bytes

    def push(self, registry: Registry, tag: str) -> str:
        """Push it under `tag`; returns the digest of its manifest."""
        registry.push_blob(self.layer)
        registry.push_blob(self.config)
        return registry.push_manifest(tag, self.manifest, MANIFEST_TYPE)


def placeholder(image: str, tag: str) -> Placeholder:
    """The placeholder of one image and tag: always the same bytes, and others for another tag."""
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
            "mediaType": MANIFEST_TYPE,
            "config": _descriptor(_CONFIG_TYPE, config),
            "layers": [_descriptor(_LAYER_TYPE, layer)],
            "annotations": {LABEL: "true"},
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
