"""Users from a CSV file: a line for each user, a column for each key."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings.errors import SettingsError, quote, show
from settings.files import read_text

NAME = "name"
COLUMNS = (
    NAME,
    "group",
    "sso_user",
    "idle_minutes",
    "images",
    "connect",
    "execution_role",
    "space.app_type",
    "space.instance_type",
    "space.volume_gb",
    "space.image",
)
"""The columns, in any order; only ``name`` is required. images: separated by spaces."""

_NUMBERS = ("idle_minutes", "space.volume_gb")


@dataclass(frozen=True)
class Person:
    """A line of the file.

    where: the file and the line. settings: as in a table [users.NAME]. problem: why the line is
    invalid, else "".
    """

    name: str
    line: int
    where: str
    settings: dict[str, Any]
    problem: str = ""


def read_people(path: Path) -> Iterator[Person]:
    """The lines of a file in UTF-8, separated by commas, with a first line of column names.

    Raises SettingsError for an invalid file. The settings check the values later.
    """
    file = str(path)
    rows = csv.reader(io.StringIO(read_text(path, file), newline=""), strict=True)
    seen: dict[str, int] = {}
    try:
        columns = [column.strip() for column in next(rows, [])]
        _check_columns(columns, file)
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            cells = {column: cell.strip() for column, cell in zip(columns, row, strict=False)}
            name = cells.pop(NAME, "")
            problem = ""
            if len(row) != len(columns):
                problem = f"{len(row)} values; the first line has {len(columns)} columns"
            elif not name:
                problem = 'name = "": a user profile\'s name'
            elif name in seen:
                problem = f"name = {quote(name)}: a unique name; line {seen[name]} has the same"
            else:
                seen[name] = rows.line_num
            where = f"{file}, line {rows.line_num}"
            yield Person(name, rows.line_num, where, _settings(cells), problem)
    except csv.Error as error:
        raise SettingsError(f"{file}, line {rows.line_num}: not CSV: {error}") from None


def _check_columns(columns: list[str], file: str) -> None:
    where = f"{file}, line 1"
    for index, column in enumerate(columns):
        if column not in COLUMNS:
            raise SettingsError(
                f"{where}: column {show(column)}: one of {', '.join(COLUMNS)}, separated by commas"
            )
        if column in columns[:index]:
            raise SettingsError(f"{where}: column {show(column)}: each column once")
    if NAME not in columns:
        raise SettingsError(f"{where}: no column {NAME}; the first line names the columns")


def _settings(cells: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, cell in cells.items():
        if not cell:
            continue
        value: Any = cell
        if column == "images":
            value = cell.split()
        elif column in _NUMBERS and cell.isascii() and cell.isdigit() and len(cell) < 20:
            value = int(cell)
        table, _, key = column.rpartition(".")
        (found.setdefault(table, {}) if table else found)[key] = value
    return found
