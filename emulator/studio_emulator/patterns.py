"""Compiles AWS's regular expressions, which are Java's."""

from functools import cache

import regex

_UNICODE_CATEGORY = regex.compile(r"\\p\{(?:Is)?[CLMNPSZ][a-z]?\}")


@cache
def compiled(pattern: str) -> regex.Pattern[str] | None:
    """`pattern` for `fullmatch`, as Java's `matches` does; None if Python has no equivalent.

    Java's `\\w` and `\\p{Alpha}` match ASCII only. No pattern of AWS mixes them with categories of
    Unicode, such as `\\p{L}`.
    """
    flags = regex.UNICODE if _UNICODE_CATEGORY.search(pattern) else regex.ASCII
    try:
        return regex.compile(pattern, flags)
    except regex.error:
        return None
