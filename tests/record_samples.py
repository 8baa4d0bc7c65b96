"""Contents of images, and the versions of a record with them."""

from pathlib import Path

from settings import Settings
from settings.record import Content, Record
from settings.versions import Versions

TAG = "0123456789abcdef"


def content(digit: str, *versions: int, lost: tuple[int, ...] = ()) -> Content:
    """A content whose tag and digest are that hexadecimal digit again and again."""
    return Content(tag=digit * 16, digest=f"sha256:{digit * 64}", versions=versions, lost=lost)


def versions(settings: Settings, tag: str = TAG, **contents: tuple[Content, ...]) -> Versions:
    """The versions of a record with these contents; the folder of every image has that tag."""
    record = Record(Path("studio.versions.toml"), contents)
    return Versions(settings, record, tags=dict.fromkeys(settings.images, tag))
