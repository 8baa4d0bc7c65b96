"""Claims about AWS that this project relies on, each with its source, from claims.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Confidence = Literal["documented", "seen", "likely", "assumed"]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim; claims.toml explains the attributes."""

    id: str
    claim: str
    source: str
    confidence: Confidence
    used_by: str = "the emulated AWS"
    unchecked: str | None = None
    creates: tuple[str, ...] = ()
    minutes: float = 0
    switch: str | None = None
    as_claimed: bool | int | str | None = None
    otherwise: bool | int | str | None = None


def _load() -> dict[str, Claim]:
    document = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        id_: Claim(id=id_, **{**members, "creates": tuple(members.get("creates", ()))})
        for id_, members in document.items()
    }


CLAIMS = _load()
CHECKED = tuple(id_ for id_, claim in CLAIMS.items() if claim.unchecked is None)
"""The claims that a test checks on AWS."""
