"""The inventory: the resources that a new account does not have."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True, kw_only=True)
class Item:
    """A resource; note: its status, or the resource that it belongs to."""

    service: str
    type: str
    id: str
    name: str = ""
    arn: str = ""
    note: str = ""
