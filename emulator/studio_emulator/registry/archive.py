"""Writes a pushed image as an archive for `docker load` and `podman load`."""

from __future__ import annotations

import io
import json
import tarfile
from typing import IO

from studio_emulator.registry.blobs import BLOBS
from studio_emulator.registry.lookup import PushedImage


def write_archive(image: PushedImage, name: str, target: IO[bytes]) -> None:
    """Write the image to `target` with the name REPOSITORY:TAG. Raises OSError.

    https://github.com/moby/docker-image-spec/blob/main/spec.md, "Combined Image JSON"
    """
    config = f"{image.config_digest.removeprefix('sha256:')}.json"
    layers = [f"{digest.removeprefix('sha256:')}.tar" for digest in image.layers]
    manifest = [{"Config": config, "RepoTags": [name], "Layers": layers}]
    with tarfile.open(fileobj=target, mode="w|") as archive:
        for digest, member in zip(
            (image.config_digest, *image.layers), (config, *layers), strict=True
        ):
            with BLOBS.open(digest) as blob:
                _add(archive, member, blob)
        _add(archive, "manifest.json", io.BytesIO(json.dumps(manifest).encode()))


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, io.SEEK_END)
    content.seek(0)
    archive.addfile(member, content)
