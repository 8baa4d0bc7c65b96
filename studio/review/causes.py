"""Finds the settings that cause a change."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from settings import Settings
from settings.errors import show
from studio.review import labels
from studio.terraform.plan import Action, Change

_ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "aws_cloudwatch_log_group": {"retention_in_days": "network.flow_log_days"},
    "aws_ecr_lifecycle_policy": {"policy": "ecr.keep_images"},
    "aws_sagemaker_domain": {
        "auth_mode": "domain.auth",
        "domain_name": "name",
        "domain_settings": "domain.source_identity",
        "kms_key_id": "domain.kms",
        "retention_policy": "domain.retention",
        "default_user_settings.security_groups": "network.security_group_ids",
        "subnet_ids": "network.subnet_ids network.zones",
        "vpc_id": "network.vpc_id network.cidr",
    },
    "aws_sagemaker_image": {"image_name": "name"},
    "aws_sagemaker_space": {
        "space_settings.app_type": (
            "users.{user}.space.app_type groups.{group}.space.app_type defaults.space.app_type"
        ),
    },
    "aws_ecr_repository": {"name": "name"},
    "aws_subnet": {"cidr_block": "network.cidr", "vpc_id": "network.cidr"},
    "aws_vpc": {"cidr_block": "network.cidr"},
}
"""By type and path of an attribute or its parent, without indexes: keys of studio.toml.

The first key with a value counts."""

_REMOVED: Mapping[str, tuple[str, ...]] = {
    "aws_cloudwatch_log_group": ("network.flow_logs",),
    "aws_ecr_repository": ("image.{image}.enabled",),
    "aws_kms_key": ("domain.kms", "network.flow_logs"),
    "aws_sagemaker_image": ("image.{image}.enabled",),
    "aws_sagemaker_space": ("users.{user}",),
    "aws_sagemaker_user_profile": ("users.{user}",),
    "aws_subnet": ("network.zones",),
}
"""By type of a destroyed resource."""

_FOLLOWS: Mapping[str, str] = {
    "domain_id": "aws_sagemaker_domain",
    "image_name": "aws_sagemaker_image",
    "subnet_ids": "aws_vpc",
    "vpc_id": "aws_vpc",
}
"""Attributes that change because Terraform replaces a resource of that type."""

_NOT_SET: tuple[object, ...] = (None, "", [])

_NUMBER = re.compile(r"\[\d+\]")


def causes(change: Change, others: Iterable[Change], settings: Settings) -> Iterator[str]:
    """The settings that cause the change, as ``network.zones = 3``.

    others: all changes at risk, because the cause may be the replacement of another resource.
    """
    document = settings.model_dump(mode="json")
    user = _user(change)
    group = settings.users[user].group if user in settings.users else ""
    image = labels.name(change).rpartition("/")[2].removeprefix(f"{settings.name}-")
    for keys in dict.fromkeys(_keys(change, list(others))):
        paths = [key.format(user=user, group=group, image=image) for key in keys.split()]
        path, value = next(
            ((path, found) for path in paths if (found := _value(document, path)) not in _NOT_SET),
            (paths[-1], None),
        )
        if change.action is Action.DESTROY and _keeps(value):
            continue
        yield f"{path} (removed)" if value is None else f"{path} = {show(value)}"


def _keys(change: Change, others: list[Change]) -> Iterator[str]:
    if change.action is Action.GONE:
        yield "region"
    elif change.action is Action.DESTROY:
        yield from _REMOVED.get(change.type, ())
    else:
        for path in change.forcing or change.attributes():
            plain = _NUMBER.sub("", path)
            replaced = [
                other
                for other in others
                if other.type == _FOLLOWS.get(plain)
                and other.action is Action.REPLACE
                and other.type != change.type
            ]
            # Without this type, so that the recursion ends.
            rest = [one for one in others if one.type != change.type]
            for other in replaced:
                yield from _keys(other, rest)
            if not replaced:
                table = _ATTRIBUTES.get(change.type, {})
                yield from (
                    keys
                    for attribute, keys in table.items()
                    if plain == attribute or plain.startswith(f"{attribute}.")
                )


def _keeps(value: Any) -> bool:
    """Whether the value keeps the resource: then the plan is from other settings."""
    return value is True or value == "create" or isinstance(value, dict)


def _user(change: Change) -> str:
    match change.before:
        case {"ownership_settings": [{"owner_user_profile_name": str(owner)}]}:
            return labels.clean(owner)
    return labels.clean(change.before.get("user_profile_name") or labels.name(change))


def _value(document: Any, path: str) -> Any:
    for part in path.split("."):
        if not isinstance(document, dict):
            return None
        document = document.get(part)
    return document
