"""A deployment as Terraform would know it, without Terraform."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.terraform.deployment import Deployment
from studio.terraform.stacks import Stack
from studio.terraform.state.files import Resource

STACKS = ("network", "role", "ecr", "image", "domain", "users")


def resource(kind: str, **attributes: str | None) -> Resource:
    return Resource(kind=kind, address=f"{kind}.one", attributes=attributes)


@dataclass(kw_only=True)
class Deployed(Deployment):
    """A deployment whose Terraform is a note of what it was asked for."""

    state: dict[str, list[Resource]]
    destroyed: list[str] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    adoptable: dict[str, list[Resource]] = field(default_factory=dict)

    @property
    def stacks(self) -> list[Stack]:
        return [Stack(name=name, dependencies=frozenset(), folder=Path()) for name in STACKS]

    def resources(self, stacks: Collection[str]) -> dict[str, list[Resource]]:
        return {stack: self.state.get(stack, []) for stack in stacks}

    def destroy(self, stacks: Sequence[str]) -> None:
        self.destroyed += stacks

    def unfinished_stacks(self) -> frozenset[str]:
        return frozenset(self.begun)

    def adopt(self) -> None:
        self.state |= self.adoptable

    def keep_unfinished(self) -> frozenset[str]:
        return frozenset()
