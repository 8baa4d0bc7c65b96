"""One line of the answer to "what is left?"."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True, kw_only=True)
class Item:
    """Something that exists in the emulated account and does not in a new one.

    note: what tells it apart, e.g. its status, or the resource that it belongs to.
    """

    service: str
    type: str
    id: str
    name: str = ""
    arn: str = ""
    note: str = ""
