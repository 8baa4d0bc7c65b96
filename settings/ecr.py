"""[ecr]: how many images the repositories keep, which scan findings refuse an image."""

from typing import Literal, get_args

from pydantic import Field

from settings.fields import Section, boolean, integer

StopAt = Literal["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
STOPS: tuple[StopAt, ...] = get_args(StopAt)
"""In ascending order: the lowest severity that refuses an image; NONE waits for no scan."""


class EcrSettings(Section):
    """[ecr]: the repositories of the custom images."""

    keep_images: int = integer(20, 1, 1000, " (images)")
    force_delete: bool = boolean(False)
    check: bool = boolean(True)
    stop_at: StopAt = Field(default="CRITICAL", description=f"one of {', '.join(STOPS)}")
