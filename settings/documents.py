"""A settings document: studio.toml with the files of `extends` and `users_from`, merged."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings.errors import KeyPath, SettingsError, show
from settings.files import read_toml
from settings.people_file import Person, read_people

MOST_FILES = 5
"""The longest chain of files that extend one another."""

MAX_DEPTH = 8
"""More than any key of studio.toml has."""


@dataclass(frozen=True)
class Document:
    """The merged values of all files.

    names: by path, the file for messages, with the line of a CSV file. files: all files, the
    settings file first. people: the lines of the CSV file.
    """

    values: dict[str, Any]
    names: Mapping[KeyPath, str]
    files: tuple[Path, ...]
    people: tuple[Person, ...] = ()

    def name(self, path: KeyPath) -> str:
        """The file of a value; of a missing value, the file of its table."""
        while path and path not in self.names:
            path = path[:-1]
        return self.names[path]


def read_document(path: Path, name: str) -> Document:
    """Read a settings file, the files that it extends and the CSV file that it names.

    Raises SettingsError for a file that cannot be read, and for files that extend each other.
    """
    values: dict[str, Any] = {}
    names: dict[KeyPath, str] = {(): name}
    files: list[Path] = []
    for file, shown, layer in reversed(list(_chain(path, name))):
        files.insert(0, file)
        people = layer.get("users_from")
        if isinstance(people, str) and people:
            layer["users_from"] = str(_named(file, shown, "users_from", people))
        _merge(values, layer, (), shown, names)
    file_of_people, people = values.get("users_from"), list[Person]()
    if isinstance(file_of_people, str) and file_of_people:
        files.append(Path(file_of_people))
        people += read_people(Path(file_of_people))
        _add_people(values, [one for one in people if not one.problem], names)
    return Document(values, names, tuple(files), tuple(people))


def _chain(path: Path, name: str) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    seen: list[Path] = []
    while True:
        layer = read_toml(path, name)
        seen.append(path.resolve())
        yield path, name, layer
        base = layer.get("extends", "")
        if not isinstance(base, str) or not base:  # the model reports other types
            return
        following = _named(path, name, "extends", base)
        where = f"{name}: extends = {show(base)}"
        if following.resolve() in seen:
            raise SettingsError(f"{where}: a file that does not extend this one")
        if len(seen) == MOST_FILES:
            raise SettingsError(f"{where}: a chain of at most {MOST_FILES} files")
        path, name = following, str(following)


def _named(file: Path, shown: str, key: str, value: str) -> Path:
    """The file that a key names, relative to the folder of its own file."""
    named = file.parent / value
    try:
        if named.is_file():
            return named
        problem = "not a file" if named.exists() else "no such file"
    except (OSError, ValueError):  # a name that no file can have
        problem = "no such file"
    raise SettingsError(f"{shown}: {key} = {show(value)}: {problem}")


def _merge(
    into: dict[str, Any],
    layer: Mapping[str, Any],
    path: KeyPath,
    name: str,
    names: dict[KeyPath, str],
) -> None:
    """Merge tables by key; any other value replaces the earlier one."""
    for key, value in layer.items():
        here = (*path, key)
        names[here] = name
        if isinstance(value, dict) and len(here) < MAX_DEPTH:
            if not isinstance(into.get(key), dict):
                into[key] = {}
            _merge(into[key], value, here, name, names)
        else:
            into[key] = value


def _add_people(
    values: dict[str, Any], people: Iterable[Person], names: dict[KeyPath, str]
) -> None:
    """Add the users of a CSV file; a user's table in TOML takes precedence over the line."""
    own = values.get("users", {})
    if not isinstance(own, dict):
        return
    merged: dict[str, Any] = {}
    for person in people:
        of = {key: name for key, name in names.items() if key[:2] == ("users", person.name)}
        _merge(merged, {person.name: person.settings}, ("users",), person.where, names)
        table = own.get(person.name)
        if isinstance(table, dict):
            _merge(merged[person.name], table, ("users", person.name), "", {})
            names.update({key: name for key, name in of.items() if len(key) > 2})
    for name, table in own.items():
        merged.setdefault(name, table)
    values["users"] = merged
