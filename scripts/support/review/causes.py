"""Which key of studio.toml brings a change about: a table, from what Terraform compares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.support.review import words
from scripts.support.review.plan import Action, Change
from settings import Settings
from settings.errors import show

_ATTRIBUTES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("aws_sagemaker_domain", "auth_mode"): ("domain.auth",),
    ("aws_sagemaker_domain", "domain_name"): ("name",),
    ("aws_sagemaker_domain", "domain_settings"): ("domain.source_identity",),
    ("aws_sagemaker_domain", "kms_key_id"): ("domain.kms",),
    ("aws_sagemaker_domain", "retention_policy"): ("domain.retention",),
    ("aws_sagemaker_domain", "subnet_ids"): ("network.zones",),
    ("aws_sagemaker_domain", "vpc_id"): ("network.cidr",),
    ("aws_sagemaker_image", "image_name"): ("name",),
    ("aws_ecr_repository", "name"): ("name",),
    ("aws_sagemaker_space", "space_settings"): ("users.{user}.space", "defaults.space"),
    ("aws_subnet", "cidr_block"): ("network.cidr",),
    ("aws_subnet", "vpc_id"): ("network.cidr",),
    ("aws_vpc", "cidr_block"): ("network.cidr",),
}
"""By type, and first part of the path of the attribute that differs."""

_REMOVED: Mapping[str, tuple[str, ...]] = {
    "aws_cloudwatch_log_group": ("network.flow_logs",),
    "aws_ecr_repository": ("image",),
    "aws_kms_key": ("domain.kms", "network.flow_logs"),
    "aws_sagemaker_image": ("image",),
    "aws_sagemaker_space": ("users.{user}",),
    "aws_sagemaker_user_profile": ("users.{user}",),
    "aws_subnet": ("network.zones",),
}
"""By type, where the whole of it goes."""

_FOLLOWS: Mapping[str, str] = {
    "domain_id": "aws_sagemaker_domain",
    "image_name": "aws_sagemaker_image",
    "subnet_ids": "aws_vpc",
    "vpc_id": "aws_vpc",
}
"""An attribute that changes because something else that is at risk is replaced or goes."""

_FOUND_NOT = ("region",)

_INNOCENT: Mapping[str, object] = {"domain.kms": "create", "network.flow_logs": True}
"""Values that remove nothing."""


def causes(
    change: Change, action: Action, others: Iterable[Change], settings: Settings
) -> Iterator[str]:
    """The keys that bring it about and their values, as ``network.zones = 3``.

    others: everything that is at risk, for what is replaced along with something else.
    """
    user = _user(change)
    for key in dict.fromkeys(_keys(change, action, list(others))):
        path = key.format(user=user)
        value = _value(settings, path)
        if action is Action.DESTROY and key in _INNOCENT and value == _INNOCENT[key]:
            continue
        yield f"{path} (no longer there)" if value is None else f"{path} = {show(value)}"


def _keys(change: Change, action: Action, others: list[Change]) -> Iterator[str]:
    if action is Action.GONE:
        yield from _FOUND_NOT
    elif action is Action.DESTROY:
        yield from _REMOVED.get(change.type, ())
    else:
        paths = change.forcing or tuple(change.attributes())
        for attribute in dict.fromkeys(path.partition("[")[0].partition(".")[0] for path in paths):
            leader = _FOLLOWS.get(attribute)
            led_by = [
                other
                for other in others
                if other.type == leader and other.action is Action.REPLACE and other != change
            ]
            if led_by:
                for other in led_by:
                    yield from _keys(other, other.action, [o for o in others if o != change])
            else:
                yield from _ATTRIBUTES.get((change.type, attribute), ())


def _user(change: Change) -> str:
    match change.before:
        case {"ownership_settings": [{"owner_user_profile_name": str(owner)}]}:
            return words.clean(owner)
    return words.clean(change.before.get("user_profile_name") or words.name(change))


def _value(settings: Settings, path: str) -> Any:
    """What the settings say at a path; None where there is nothing."""
    found: Any = settings.model_dump(mode="json")
    for part in path.split("."):
        if not isinstance(found, dict) or part not in found:
            return None
        found = found[part]
    return found
