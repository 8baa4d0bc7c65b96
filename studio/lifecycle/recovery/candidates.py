"""A resource in AWS that may be the one that a plan would create."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.aws.client import Aws

Values = Mapping[str, Any]
Tags = Mapping[str, str] | None


@dataclass(frozen=True)
class Candidate:
    """A resource that exists in AWS.

    id: for `terraform import`. tags: None for a type without tags. others: more attributes that
    resources of the same stack refer to.
    """

    id: str
    tags: Tags
    others: Mapping[str, str] = field(default_factory=dict)

    def attribute(self, name: str) -> str | None:
        """The value of an attribute; None if it is not known."""
        return self.id if name == "id" else self.others.get(name)


Finder = Callable[[Aws, Values], Iterator[Candidate]]
