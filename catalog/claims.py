"""Claims about AWS that this project relies on, each with its source, from claims.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Confidence = Literal["documented", "seen", "likely", "assumed"]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim; claims.toml explains the attributes."""

    claim: str
    source: str
    confidence: Confidence
    used_by: str = "the emulated AWS"
    unchecked: str | None = None
    switch: str | None = None
    as_claimed: bool | int | str | None = None
    otherwise: bool | int | str | None = None


_TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
CLAIMS = {id_: Claim(**members) for id_, members in _TABLES.items()}
CHECKED = tuple(id_ for id_, claim in CLAIMS.items() if claim.unchecked is None)
"""The claims that a test checks on AWS."""
