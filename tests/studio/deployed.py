"""A deployment as Terraform would know it, without Terraform."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from settings import Settings
from studio.terraform.deployment import Deployment
from studio.terraform.stacks import Stack
from studio.terraform.state.files import Resource

PLANNED = {"type": "change_summary", "changes": {"operation": "plan"}}
"""What `terraform plan -json` prints last."""
STACKS = {
    "network": (),
    "role": (),
    "ecr": (),
    "image": ("ecr",),
    "domain": ("network", "role", "image"),
    "users": ("network", "role", "image", "domain"),
}
"""Each with those that it reads outputs of."""


def resource(kind: str, **attributes: object) -> Resource:
    return Resource(kind=kind, address=f"{kind}.one", attributes=attributes)


@dataclass(kw_only=True)
class Deployed(Deployment):
    """A deployment whose Terraform is a note of what it was asked for.

    domain_id: the only output. plans: by stack, as JSON. done: what was loaded, applied, created.
    said: the lines that it reported.
    """

    settings: Settings = field(default_factory=Settings)
    state: dict[str, list[Resource]] = field(default_factory=dict)
    domain_id: str | None = None
    destroyed: list[str] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    adoptable: dict[str, list[Resource]] = field(default_factory=dict)
    plans: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.report = self.said.append

    @property
    def stacks(self) -> list[Stack]:
        return [
            Stack(name=name, dependencies=frozenset(others), folder=self.out)
            for name, others in STACKS.items()
        ]

    @property
    def levels(self) -> list[list[Stack]]:
        return [self.stacks]

    def resources(self, stacks: Collection[str]) -> dict[str, list[Resource]]:
        return {stack: self.state.get(stack, []) for stack in stacks}

    def output(self, stack: str, name: str) -> str | None:
        return self.domain_id if (stack, name) == ("domain", "domain_id") else None

    def plan(self, stack: Stack) -> str | None:
        return self.plans.get(stack.name)

    def apply(self, stack: Stack) -> None:
        self.done.append(f"apply {stack.name}")

    def create(self, stacks: Collection[Stack]) -> None:
        self.done.append(f"create {' '.join(stack.name for stack in stacks)}")

    @contextmanager
    def sharing_provider(self, _: Stack) -> Iterator[None]:
        yield

    def destroy(self, stacks: Collection[str]) -> None:
        self.destroyed += stacks

    def unfinished_stacks(self) -> frozenset[str]:
        return frozenset(self.begun)

    def prepare(self) -> None:
        """It is synthesized already."""

    def mark_unfinished(self, stacks: Collection[str]) -> None:
        self.begun |= set(stacks)

    def mark_finished(self, stack: Stack) -> None:
        self.begun.discard(stack.name)

    def initialize(self, stack: Stack) -> None:
        """No Terraform runs."""

    def terraform(self, stack: Stack, *words: str) -> str:
        """The first command that recovery runs finds what there is to adopt."""
        if stack.name in self.adoptable:
            self.state[stack.name] = self.adoptable.pop(stack.name)
        return json.dumps(PLANNED) if words[0] == "plan" else ""
