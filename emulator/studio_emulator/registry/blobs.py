"""Layers and configs on disk by digest; which uploads are refused, and when one is mounted.

The `layers` of moto's Repository list the blobs of a repository, so BatchCheckLayerAvailability,
DeleteRepository and moto's reset agree with the registry.
"""

import hashlib
import re
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from studio_emulator.errors import AwsError
from studio_emulator.lock import LOCK
from studio_emulator.moto_internals import Repository, ecr_backends

CHUNK = 1 << 20
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class Upload:
    """The upload of one blob to a file."""

    def __init__(self, repository: Any, folder: Path) -> None:
        self.repository = repository
        self.id = str(uuid.uuid4())
        self.path = folder / f"upload-{self.id}"
        self.path.touch()
        self.offset = 0
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"

    def append(self, pieces: Iterable[bytes]) -> None:
        """Add bytes; a broken connection keeps the bytes before it."""
        with self.path.open("ab") as file:
            for piece in pieces:
                file.write(piece)
                self._hash.update(piece)
                self.offset += len(piece)


class BlobStore:
    """The blobs of all repositories, in a temporary folder that is deleted at exit."""

    def __init__(self) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._uploads: dict[str, Upload] = {}

    def reset(self) -> None:
        """Delete every blob and upload."""
        with LOCK:
            if self._temporary is not None:
                self._temporary.cleanup()
            self._temporary = None
            self._uploads.clear()

    def contents(self) -> dict[str, bytes]:
        """The contents of every blob by file name, without uploads."""
        with LOCK:
            return {path.name: path.read_bytes() for path in self._folder.glob("[!u]*")}

    def fill(self, contents: Mapping[str, bytes]) -> None:
        """Add blobs by file name."""
        with LOCK:
            for name, content in contents.items():
                (self._folder / name).write_bytes(content)

    def begin(self, repository: Any) -> Upload:
        upload = Upload(repository, self._folder)
        with LOCK:
            self._uploads[upload.id] = upload
        return upload

    def upload(self, repository: Any, upload_id: str) -> Upload:
        """The repository's upload with this id. Raises AwsError BLOB_UPLOAD_UNKNOWN."""
        upload = self._uploads.get(upload_id)
        if upload is None or upload.repository is not repository:
            raise AwsError(
                "BLOB_UPLOAD_UNKNOWN",
                f"Upload with id '{upload_id}' could not be found for the repository with name "
                f"'{repository.name}' in the registry with id '{repository.registry_id}'",
                status=404,
            )
        return upload

    def finish(self, upload: Upload, digest: str) -> None:
        """Store an upload as a blob of its repository. Raises AwsError DIGEST_INVALID."""
        if upload.digest != digest:
            self.cancel(upload)
            raise AwsError(
                "DIGEST_INVALID",
                f"Layer with digest '{upload.digest}' does not match the given digest '{digest}'",
            )
        with LOCK:
            self._uploads.pop(upload.id, None)
            upload.path.replace(self._path(digest))
            upload.repository.layers[digest] = upload.offset

    def cancel(self, upload: Upload) -> None:
        with LOCK:
            self._uploads.pop(upload.id, None)
            upload.path.unlink(missing_ok=True)

    def size(self, repository: Any, digest: str) -> int:
        """The size of the repository's blob in bytes. Raises AwsError BLOB_UNKNOWN."""
        if digest not in repository.layers or not self._path(digest).is_file():
            raise AwsError("BLOB_UNKNOWN", "blob unknown to registry", status=404)
        return int(repository.layers[digest])

    def read(self, digest: str) -> Iterator[bytes]:
        """A blob in pieces."""
        with self._path(digest).open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece

    def open(self, digest: str) -> IO[bytes]:
        """A blob as a file. Raises OSError if it does not exist."""
        return self._path(digest).open("rb")

    @property
    def _folder(self) -> Path:
        with LOCK:
            if self._temporary is None:
                self._temporary = tempfile.TemporaryDirectory(prefix="registry-")
            return Path(self._temporary.name)

    def _path(self, digest: str) -> Path:
        return self._folder / digest.removeprefix("sha256:")


BLOBS = BlobStore()


def mount(repository: Repository, digest: str, source_name: str) -> bool:
    """ECR mounts a blob only if an image of the source has it (aws/containers-roadmap#2860)."""
    backend = ecr_backends[repository.account_id][repository.region_name]
    source = backend.repositories.get(source_name)
    if source is None or digest not in source.layers:
        return False
    if not any(digest in image.image_manifest for image in source.images):
        return False
    repository.layers[digest] = source.layers[digest]
    return True
