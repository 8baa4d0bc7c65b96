"""Studio's resources of each account and region."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio_emulator.call import Call
from studio_emulator.clock import Clock
from studio_emulator.studio.lifecycle import Resource, is_gone, settle

MemberKey = tuple[str, str]
AppKey = tuple[str, str, str, str, str]


@dataclass
class Store:
    """The resources of one account in one region.

    The keys of the tables are: user_profiles, spaces: (domain id, lower-case name); apps:
    `apps.app_key`; image_versions: (image name, number); tags: ARN; others: id or name.
    """

    clock: Clock
    domains: dict[str, Resource] = field(default_factory=dict)
    user_profiles: dict[MemberKey, Resource] = field(default_factory=dict)
    spaces: dict[MemberKey, Resource] = field(default_factory=dict)
    apps: dict[AppKey, Resource] = field(default_factory=dict)
    images: dict[str, Resource] = field(default_factory=dict)
    image_versions: dict[tuple[str, int], Resource] = field(default_factory=dict)
    app_image_configs: dict[str, Resource] = field(default_factory=dict)
    lifecycle_configs: dict[str, Resource] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    def tables(self) -> tuple[dict[Any, Resource], ...]:
        """Every table of resources; a resource's owner is in an earlier table."""
        return tuple(held for name, held in vars(self).items() if name not in ("clock", "tags"))

    def resources(self) -> Iterator[Resource]:
        """All resources; owners come first."""
        for table in self.tables():
            yield from table.values()

    def versions_of(self, image: str) -> list[Resource]:
        """The versions of the image of that name, oldest first."""
        return [self.image_versions[key] for key in sorted(self.image_versions) if key[0] == image]

    def settle(self) -> None:
        """Apply every transition that is due, earliest first, and remove deleted resources."""
        now = self.clock.now()
        while due := [
            resource
            for resource in self.resources()
            if resource.due <= now and not self.clock.hangs(resource.type)
        ]:
            for resource in sorted(due, key=lambda resource: resource.due):
                settle(resource)
            for table in self.tables():
                for key in [key for key, resource in table.items() if is_gone(resource)]:
                    self.tags.pop(table.pop(key).arn, None)


STORES: dict[tuple[str, str], Store] = {}
"""Every store, by account and region."""


def store(call: Call) -> Store:
    """The store of the call's account and region."""
    return STORES.setdefault((call.account, call.region), Store(call.clock))


def by_arn(table: Mapping[Any, Resource], arn: str) -> Resource | None:
    return next((resource for resource in table.values() if resource.arn == arn), None)


def mentioned(node: object, members: Collection[str]) -> list[Any]:
    """The values that `members` have at any depth, with lists flattened."""
    found: list[Any] = []
    if isinstance(node, dict):
        for member, value in node.items():
            if member in members:
                found += [v for v in (value if isinstance(value, list) else [value]) if v]
            else:
                found += mentioned(value, members)
    elif isinstance(node, list):
        for each in node:
            found += mentioned(each, members)
    return found
