"""What is wrong with something that others made, and what fixes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from studio.aws.errors import AwsError


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong, and what fixes it: what to ask the network team for, or to set.

    advice: a deployment works without the fix.
    """

    found: str
    fix: str
    advice: bool = False


class Unknown(Exception):
    """The credentials may not look it up; the message says why."""


@contextmanager
def looked_up(what: str) -> Iterator[None]:
    """Raise Unknown for a look-up that AWS denies."""
    try:
        yield
    except AwsError as error:
        if not error.denied:
            raise
        raise Unknown(f"{what} cannot be looked up: {error}") from error
