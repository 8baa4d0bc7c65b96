"""The image versions that Terraform deploys and that users start."""

from collections.abc import Mapping
from dataclasses import dataclass

from settings.errors import KeyPath, SettingsError, dotted, show
from settings.image_tag import image_tag
from settings.model import Settings
from settings.paths import images_folder
from settings.record import Content, Record

_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class TrackedVersion:
    """The newest version of an image, the only one that Terraform's state tracks.

    tag: the content of that version. address: the end of its Terraform address. removed: ends of
    the addresses to remove from state without deleting the version. recorded: the tags in the
    record, all of them pushed. adopted: SageMaker has the version, but state may not, because a
    newer one failed or was deleted.
    """

    tag: str
    address: str
    removed: tuple[str, ...]
    recorded: tuple[str, ...]
    adopted: bool = False


@dataclass(frozen=True, kw_only=True)
class ImageVersions:
    """The versions of one image.

    current: the number for the content of the image's folder, None if that is the newest or the
    next version. numbers: the number of each version, by number and by tag.
    """

    tracked: TrackedVersion
    current: int | None
    numbers: Mapping[int | str, int]


class Versions:
    """The versions of all enabled images, by the settings and the record.

    For a folder whose content SageMaker already has, users get the existing version, as if the
    settings named it.

    tags: the content of each enabled image's folder. Raises SettingsError for a version in the
    settings that does not exist.
    """

    def __init__(self, settings: Settings, record: Record, *, tags: Mapping[str, str]) -> None:
        self._settings = settings
        self._record = record
        self._images = {name: _versions(record.of(name), tags[name]) for name in settings.images}
        for name, image in settings.images.items():
            self._number(name, image.version, ("image", name, "version"))
        for user in settings.users:
            for name in settings.user_images(user):
                self.number(user, name)

    @classmethod
    def load(cls, settings: Settings) -> "Versions":
        """For the record beside the settings and the current contents of the folders."""
        tags = {
            name: image_tag(images_folder(), name, image) for name, image in settings.images.items()
        }
        return cls(settings, Record.load(settings.file), tags=tags)

    def tracked(self, image: str) -> TrackedVersion:
        """The version of an image that Terraform tracks."""
        return self._images[image].tracked

    def number(self, user: str, image: str) -> int | None:
        """The version in a user's profile; None: SageMaker starts the newest."""
        own = self._settings.users[user].versions
        if image in own:
            return self._number(image, own[image], ("users", user, "versions", image))
        everyone = self._settings.image[image].version
        return self._number(image, everyone, ("image", image, "version"))

    def _number(self, image: str, pin: int | str, path: KeyPath) -> int | None:
        versions = self._images[image]
        if pin == "":
            return versions.current
        if pin in versions.numbers:
            return versions.numbers[pin]
        kind = type(pin)
        there = [str(key) for key in versions.numbers if isinstance(key, kind)]
        shown = ", ".join([*["..."][: len(there) > _SHOWN], *there[-_SHOWN:]]) or "none"
        raise SettingsError(
            f"{self._settings.file_name}: {dotted(path)} = {show(pin)}: a version of {image} in "
            f"{self._record.path.name}: {shown} (`studio image record` refreshes the file)"
        )


def _versions(contents: tuple[Content, ...], tag: str) -> ImageVersions:
    # Reversed: two contents with one digest have one version, which belongs to the older one.
    numbers = {number: found for found in reversed(contents) for number in found.versions}
    mine = next((content for content in contents if content.tag == tag), None)
    if mine is not None and mine.versions:
        newest = max(numbers)
        tracked, address = numbers[newest].tag, numbers[newest].address
        current = None if newest in mine.versions else max(mine.versions)
        adopted = any(number > newest for content in contents for number in content.lost)
    else:
        tracked, address, current = tag, mine.address if mine else tag, None
        adopted = False
    past = {past for content in contents for past in content.addresses} - {address}
    return ImageVersions(
        tracked=TrackedVersion(
            tag=tracked,
            address=address,
            removed=tuple(sorted(past)),
            recorded=tuple(content.tag for content in contents),
            adopted=adopted,
        ),
        current=current,
        numbers={number: number for number in sorted(numbers)}
        | {content.tag: max(content.versions) for content in contents if content.versions},
    )
