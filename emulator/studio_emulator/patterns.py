"""Translates AWS's regular expressions, which are Java's, into Python's."""

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import groupby

_PROPERTY = re.compile(r"\\p\{(?:Is)?(\w+)\}")
_CATEGORIES = re.compile("C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?")
_POSIX = {
    "Alnum": "A-Za-z0-9",
    "Alpha": "A-Za-z",
    "ASCII": r"\x00-\x7f",
    "Digit": "0-9",
    "Graph": r"\x21-\x7e",
    "Lower": "a-z",
    "Print": r"\x20-\x7e",
    "Punct": r"!-/:-@\[-`{-~",
    "Space": r"\s",
    "Upper": "A-Z",
    "XDigit": "0-9A-Fa-f",
}


@cache
def compiled(pattern: str, *, for_ascii: bool = False) -> re.Pattern[str] | None:
    """`pattern` for `fullmatch`, as Java's `matches` does; None if Python has no equivalent.

    for_ascii: for ASCII values only, because the ranges of all characters take long to compute.
    """
    try:
        return re.compile(
            _translated(pattern, _ranges_of_ascii if for_ascii else _ranges), re.ASCII
        )
    except re.error:
        return None


def _translated(pattern: str, ranges_of: Callable[[str], str]) -> str:
    """The pattern with ranges in place of Unicode properties."""
    parts: list[str] = []
    position = depth = 0
    while position < len(pattern):
        found = _PROPERTY.match(pattern, position)
        if found:
            ranges = ranges_of(found[1])
            parts.append(ranges if depth else f"[{ranges}]")
            position = found.end()
            continue
        char = pattern[position]
        if char == "\\":
            parts.append(pattern[position : position + 2])
            position += 2
            continue
        if char == "[":
            parts.append(r"\[" if depth else char)
            depth = 1
            following = pattern[position + 1 : position + 3]
            if not parts[-1].startswith("\\") and following[:1] == "]":
                parts.append(r"\]")
                position += 1
        else:
            depth = 0 if char == "]" else depth
            parts.append(char)
        position += 1
    return "".join(parts)


def _ranges_of_ascii(category: str) -> str:
    # The last code point keeps the class from being empty.
    return _ranges(category, end=128) + ("" if category in _POSIX else _char(sys.maxunicode))


@cache
def _ranges(category: str, *, end: int = sys.maxunicode + 1) -> str:
    """The characters of a Unicode category (`L`, `Lu`, ...), as ranges of a character class."""
    if category in _POSIX:
        return _POSIX[category]
    if not _CATEGORIES.fullmatch(category):
        raise re.error(f"no Unicode category {category}")
    ranges: list[list[int]] = []
    for name, first, last in _runs(end):
        if name.startswith(category):
            if ranges and ranges[-1][1] == first - 1:
                ranges[-1][1] = last
            else:
                ranges.append([first, last])
    return "".join(f"{_char(first)}-{_char(last)}" for first, last in ranges)


@cache
def _runs(end: int) -> list[tuple[str, int, int]]:
    """(category, first, last) of each run of characters with the same category."""
    runs, first = [], 0
    for name, group in groupby(map(unicodedata.category, map(chr, range(end)))):
        last = first + len(list(group)) - 1
        runs.append((name, first, last))
        first = last + 1
    return runs


def _char(code: int) -> str:
    return f"\\U{code:08x}"
