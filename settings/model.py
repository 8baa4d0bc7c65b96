"""All settings."""

from typing import Self

from pydantic import model_validator

from settings.combinations import combination_problems
from settings.errors import ConflictingValues
from settings.values import SettingsValues


class Settings(SettingsValues):
    """The settings of studio.toml, with defaults.

    Raises pydantic.ValidationError for wrong values; ``settings.load`` turns it into one line.
    """

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        if problems := list(combination_problems(self)):
            raise ConflictingValues(problems)
        return self
