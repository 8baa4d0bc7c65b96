"""All settings."""

from pathlib import Path
from typing import Self

from pydantic import PrivateAttr, model_validator

from settings.combinations import combination_problems
from settings.errors import ConflictingValues
from settings.paths import file_name, settings_file
from settings.values import SettingsValues


class Settings(SettingsValues):
    """The settings of studio.toml, with defaults.

    Raises pydantic.ValidationError for wrong values; ``settings.load`` turns it into one line.
    """

    _file: Path | None = PrivateAttr(default=None)

    @property
    def file(self) -> Path:
        """The file that they are from; for those from no file, the one that STUDIO_CONFIG names."""
        return self._file or settings_file()

    @property
    def file_name(self) -> str:
        """What messages call it."""
        return file_name(self.file)

    def from_file(self, file: Path) -> Self:
        """The same settings, which say that they are from this file."""
        copy = self.model_copy()
        copy._file = file
        return copy

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        if problems := list(combination_problems(self)):
            raise ConflictingValues(problems)
        return self
