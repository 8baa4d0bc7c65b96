"""Loads studio.toml; refuses no users, or a folder beside a `uri`; names the first error."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from settings.documents import Document, read_document
from settings.errors import SettingsError
from settings.explain import Found, explanation, in_file_order, problems, unprintable
from settings.found_endpoints import FoundEndpoints
from settings.model import Settings
from settings.paths import endpoints_file, file_name, images_folder, settings_file

_LINES_SHOWN = 30


def load(path: Path | None = None, *, images: Path | None = None) -> Settings:
    """The settings from a file.

    path: default, the value of STUDIO_CONFIG, else studio.toml. images: the folder with a folder
    for each image; default, the value of STUDIO_IMAGES, else image/.
    Raises SettingsError, which names the first error and the number of the others.
    """
    if path is None:
        path = settings_file()
    name = file_name(path)
    document = read_document(path, name)
    found = unprintable(document.values)
    if not found:
        try:
            settings = Settings.model_validate(document.values)
        except ValidationError as error:
            raise _error(problems(error), document) from None
        found = _wrong_folders(settings, images or images_folder())
        wrong = found or any(one.problem for one in document.people)
        if not settings.users and not wrong:
            raise SettingsError(f"{name}: no user; add one as a table, such as [users.alice]")
        if not wrong:
            return _with_found_endpoints(settings.from_file(path), path)
    raise _error(found, document)


def settings_files(path: Path) -> tuple[Path, ...]:
    """The settings file, the files that it extends, and its CSV file. Raises SettingsError."""
    return read_document(path, file_name(path)).files


def _error(found: Sequence[Found], document: Document) -> SettingsError:
    """The first problem, the number of the others, and their lines in the CSV file."""
    wrong: list[tuple[str, str | Found]] = [
        (document.name(one[0]), one) for one in in_file_order(found, document.values)
    ]
    wrong += [(one.where, one.problem) for one in document.people if one.problem]
    line_of = {one.where: one.line for one in document.people}
    if document.people:
        wrong.sort(key=lambda one: line_of.get(one[0], 0))
    (where, first), *others = wrong
    text = first if isinstance(first, str) else explanation(first, document.values)
    lines = list(dict.fromkeys(str(line_of[one]) for one, _ in others if one in line_of))
    shown = ", ".join([*lines[:_LINES_SHOWN], *["..."][: len(lines) - _LINES_SHOWN]])
    more = f" (and {len(others)} more{f'; lines {shown}' if lines else ''})" if others else ""
    return SettingsError(f"{where}: {text}{more}")


def of_deployment(name: str, region: str, users: Mapping[str, Any] | None = None) -> Settings:
    """Default settings for --deployment and --region; users: as in studio.toml.

    Raises SettingsError.
    """
    document = {"name": name, "region": region, "users": dict(users or {})}
    found = unprintable(document)
    try:
        if not found:
            return Settings.model_validate(document)
    except ValidationError as error:
        found = problems(error)
    first = explanation(in_file_order(found, document)[0], document)
    raise SettingsError(f"--deployment, --region: {first}")


def _with_found_endpoints(settings: Settings, path: Path) -> Settings:
    network = settings.network
    if not network.finds_endpoints:
        return settings
    ids = FoundEndpoints.load(endpoints_file(path), vpc_id=network.vpc_id).ids
    return settings.model_copy(update={"network": network.with_found_endpoints(ids)})


def _wrong_folders(settings: Settings, images: Path) -> list[Found]:
    built = sorted(file.parent.name for file in images.glob("*/Dockerfile") if file.is_file())
    there = ", ".join(built) or "none"
    found: list[Found] = []
    for name, image in settings.image.items():
        if image.uri and name in built:
            allowed = f"not for an image with a folder {images.name}/{name}; choose another name"
            found.append((("image", name, "uri"), allowed))
        elif not image.uri and name not in built:
            allowed = f"needs a folder {images.name}/{name} with a Dockerfile; there are: {there}"
            found.append((("image", name), allowed))
    return found
