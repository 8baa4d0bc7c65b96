"""Finds EC2's tags and rules by id, where moto iterates over all resources of the account.

Moto's own code runs on the resources that are found, so its results and errors stay the same.
"""

from collections.abc import Callable
from functools import cache, wraps
from types import SimpleNamespace
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.models.tags import TagBackend

_GROUPS_OF_RULES = "emulator_groups_of_rules"
"""The attribute of a backend that maps the id of a rule to the id of its group."""


@cache
def install() -> None:
    """Replace moto's searches."""
    _find_tags()
    _find_rules()


def _exact(values: list[str] | None) -> str | None:
    """The only value, if there is one and it is no pattern."""
    if values is None or len(values) != 1 or set(values[0]) & set("*?\\"):
        return None
    return values[0]


def _find_tags() -> None:
    original = TagBackend.describe_tags

    @wraps(original)
    def describe(backend: TagBackend, filters: dict[str, list[str]] | None = None) -> Any:
        resource = _exact((filters or {}).get("resource-id"))
        if resource is None:
            return original(backend, filters)
        held = {resource: backend.tags[resource]} if resource in backend.tags else {}
        few = SimpleNamespace(tags=held, VALID_TAG_FILTERS=backend.VALID_TAG_FILTERS)
        return original(few, filters)

    TagBackend.describe_tags = describe


def _with_group(backend: SecurityGroupBackend, group: str) -> SimpleNamespace:
    """A backend with only this group, or with none if the group does not exist."""
    found = {vpc: {group: held[group]} for vpc, held in backend.groups.items() if group in held}
    return SimpleNamespace(groups=found)


def _find_rules() -> None:
    original: Callable[..., Any] = SecurityGroupBackend.describe_security_group_rules
    create: Callable[..., None] = SecurityGroupRule.__init__

    @wraps(create)
    def created(rule: SecurityGroupRule, ec2_backend: Any, *args: Any, **kwargs: Any) -> None:
        create(rule, ec2_backend, *args, **kwargs)
        vars(ec2_backend).setdefault(_GROUPS_OF_RULES, {})[rule.id] = rule.group_id

    @wraps(original)
    def describe(
        backend: SecurityGroupBackend, sg_rule_ids: list[str], filters: dict[str, list[str]]
    ) -> Any:
        rule, group = _exact(sg_rule_ids), _exact(filters.get("group-id"))
        if rule is not None:
            group = vars(backend).get(_GROUPS_OF_RULES, {}).get(rule, "")
        few = backend if group is None else _with_group(backend, group)
        return original(few, sg_rule_ids, filters)

    SecurityGroupRule.__init__ = created
    SecurityGroupBackend.describe_security_group_rules = describe
