"""``Settings``, the validated settings, and the file that they come from."""

from pathlib import Path
from typing import Self

from pydantic import PrivateAttr, model_validator

from settings.combinations import combination_problems
from settings.errors import ConflictingValues, UserError
from settings.paths import file_name, settings_file
from settings.top_level import SettingsValues


class Settings(SettingsValues):
    """The settings of studio.toml, with defaults.

    Raises pydantic.ValidationError for wrong values; ``settings.load`` turns it into one line.
    """

    _file: Path | None = PrivateAttr(default=None)

    @property
    def file(self) -> Path:
        """The file of the settings; without one, the value of STUDIO_CONFIG, else studio.toml."""
        return self._file or settings_file()

    @property
    def file_name(self) -> str:
        """The name of the file in messages."""
        return file_name(self.file)

    def from_file(self, file: Path) -> Self:
        """A copy that names this file as its source."""
        copy = self.model_copy()
        copy._file = file
        return copy

    def require_user(self, user: str) -> None:
        """Raise UserError, which lists the users, if there is no such user."""
        if user not in self.users:
            there = ", ".join(self.users) or "none"
            raise UserError(
                f"USER = {user}: a user of {self.file_name} is expected; there are: {there}"
            )

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        if problems := list(combination_problems(self)):
            raise ConflictingValues(problems)
        return self
