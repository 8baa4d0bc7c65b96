"""The tag of an image: a hash of its folder and build arguments, or a part of its digest."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from settings.errors import UserError
from settings.images import ImageSettings

_NOT_CONTENT = frozenset({"__pycache__", ".DS_Store"})


def image_tag(images: Path, name: str, image: ImageSettings) -> str:
    """The tag for the image's folder in ``images``, or for the digest in its uri.

    Raises UserError as ``content_tag``.
    """
    if image.uri:
        return digest_tag(image.uri)
    return content_tag(images / name, image.build_args)


def digest_tag(digest: str) -> str:
    """The tag of an image from another pipeline: the first 16 digits of its digest."""
    return digest.rpartition(":")[2][:16]


def content_tag(folder: Path, build_args: Mapping[str, str]) -> str:
    """The first 16 hexadecimal digits of a SHA-256 over the folder and the build arguments.

    The hash includes each file's path, content and executable bit, and the target of each symbolic
    link, which it does not follow. It excludes times, owners, other permissions, empty folders (git
    does not keep them), ``__pycache__`` and ``.DS_Store``.

    Raises UserError for an entry that cannot be read, or is neither file, folder nor link.
    """
    digest = hashlib.sha256()
    for name, value in sorted(build_args.items()):
        add_fields(digest, b"argument", name.encode(), value.encode())
    try:
        entries = {os.fsencode(path.relative_to(folder).as_posix()): path for path in _in(folder)}
        for name_in_folder, path in sorted(entries.items()):
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                add_fields(digest, b"link", name_in_folder, os.fsencode(path.readlink()))
            elif stat.S_ISREG(mode):
                kind = b"program" if mode & stat.S_IXUSR else b"file"
                add_fields(digest, kind, name_in_folder, path.read_bytes())
            else:
                raise UserError(f"{path}: an image's folder may hold files, folders and links only")
    except OSError as error:
        where = error.filename if error.filename is not None else folder
        raise UserError(f"{where}: {error.strerror or error}") from error
    return digest.hexdigest()[:16]


def _in(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in _NOT_CONTENT:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _in(Path(entry.path))
            else:
                yield Path(entry.path)


def add_fields(digest: "hashlib._Hash", *fields: bytes) -> None:
    """Add fields with their lengths, so that different fields give different bytes."""
    for field in fields:
        digest.update(len(field).to_bytes(8, "big"))
        digest.update(field)
