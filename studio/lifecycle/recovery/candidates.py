"""What a finder yields of a resource that exists in AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.aws.client import Aws

Values = Mapping[str, Any]
Tags = Mapping[str, str] | None


@dataclass(frozen=True)
class Candidate:
    """Something that exists: its id for `terraform import`; its tags, None where it has none.

    others: further attributes that resources of the same stack refer to.
    """

    id: str
    tags: Tags
    others: Mapping[str, str] = field(default_factory=dict)

    def attribute(self, name: str) -> str | None:
        """An attribute that others may refer to; None where it is not known."""
        return self.id if name == "id" else self.others.get(name)


Finder = Callable[[Aws, Values], Iterator[Candidate]]


def tags_of(items: list[dict[str, str]] | None) -> Tags:
    """Tags as most of AWS's services list them."""
    return {item["Key"]: item["Value"] for item in items or ()}
