"""A problem of an existing resource and its fix, or a look-up that AWS denies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from studio.aws.errors import AwsError


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A problem and its fix. advice: `up` continues without the fix, but `doctor` fails."""

    found: str
    fix: str
    advice: bool = False


def ask(owner: str, found: str, request: str) -> Finding:
    """A problem that the owner of the resource can fix."""
    return Finding(found=found, fix=f"ask {owner} to {request}")


class LookupDenied(Exception):
    """AWS denies a call that an examination needs; the message says which."""


@contextmanager
def looking_up(what: str) -> Iterator[None]:
    """Raises LookupDenied if AWS denies a call."""
    try:
        yield
    except AwsError as error:
        if not error.denied:
            raise
        raise LookupDenied(f"{what} cannot be looked up: {error}") from error
