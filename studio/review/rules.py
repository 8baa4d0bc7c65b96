"""What no planned deployment may be like; checkov's hundreds of rules run in the tests."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from studio.review import labels
from studio.terraform.plan import Action, Plan

Values = Mapping[str, Any]
_WAYS_OUT = (
    "aws_internet_gateway",
    "aws_egress_only_internet_gateway",
    "aws_nat_gateway",
)


@dataclass(frozen=True)
class Check:
    """A rule: what it says, the types that it reads, and whether a resource's values keep it."""

    says: str
    types: tuple[str, ...]
    kept: Callable[[Values], bool]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A rule. asked: of how many resources. broken: the addresses of those that break it."""

    says: str
    asked: int
    broken: tuple[str, ...]


def _is(attribute: str, wanted: object) -> Callable[[Values], bool]:
    return lambda values: values.get(attribute) == wanted


def _never(_values: Values) -> bool:
    return False


def _no_default_route(values: Values) -> bool:
    return not _everywhere(_texts(values))


def _closed(values: Values) -> bool:
    """No rule that lets the whole internet in."""
    if values.get("type") == "egress":
        return True
    inward = values.get("ingress", values)
    return not _everywhere(_texts(inward))


def _ecr_encrypted(values: Values) -> bool:
    blocks = values.get("encryption_configuration")
    return isinstance(blocks, list) and any(
        isinstance(block, dict) and block.get("encryption_type") == "KMS" for block in blocks
    )


CHECKS = (
    Check(
        "Studio's traffic stays in the VPC (VpcOnly)",
        ("aws_sagemaker_domain",),
        _is("app_network_access_type", "VpcOnly"),
    ),
    Check("There is no gateway to the internet", _WAYS_OUT, _never),
    Check(
        "No route leads everywhere",
        ("aws_route", "aws_route_table", "aws_default_route_table"),
        _no_default_route,
    ),
    Check(
        "No group lets the internet in",
        (
            "aws_security_group",
            "aws_default_security_group",
            "aws_security_group_rule",
            "aws_vpc_security_group_ingress_rule",
        ),
        _closed,
    ),
    Check(
        "No subnet gives out public addresses",
        ("aws_subnet",),
        _is("map_public_ip_on_launch", False),
    ),
    Check("File systems are encrypted", ("aws_efs_file_system",), _is("encrypted", True)),
    Check("Images are encrypted with KMS", ("aws_ecr_repository",), _ecr_encrypted),
    Check(
        "Tags of images cannot be moved",
        ("aws_ecr_repository",),
        _is("image_tag_mutability", "IMMUTABLE"),
    ),
    Check("Keys are rotated", ("aws_kms_key",), _is("enable_key_rotation", True)),
)


def verdicts(plans: Iterable[Plan]) -> list[Verdict]:
    """Each rule's, over what there will be."""
    there = [
        change
        for plan in plans
        for change in plan.changes
        if change.action not in (Action.DESTROY, Action.FORGET)
    ]
    found = []
    for check in CHECKS:
        asked = [change for change in there if change.type in check.types]
        broken = tuple(labels.clean(c.address) for c in asked if not check.kept(c.after))
        found.append(Verdict(says=check.says, asked=len(asked), broken=broken))
    return found


def _everywhere(texts: Iterator[str]) -> bool:
    for text in texts:
        try:
            if ipaddress.ip_network(text.strip()).prefixlen == 0:
                return True
        except ValueError:
            continue
    return False


def _texts(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for child in node.values():
                yield from _texts(child)
        case list():
            for child in node:
                yield from _texts(child)
        case str():
            yield node
