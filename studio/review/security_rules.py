"""The security rules that a review checks."""

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from studio.terraform.plan import Action, Change

Values = Mapping[str, Any]
NO_GATEWAY, NO_ROUTE = "No gateway to the internet", "No route to the internet"


@dataclass(frozen=True)
class Rule:
    """A rule for the attributes of resources of some types."""

    name: str
    types: tuple[str, ...]
    keeps: Callable[[Values], bool]


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """The number of resources to which a rule applies, and those that break it."""

    name: str
    resources: int
    broken_by: tuple[Change, ...]


def _is(attribute: str, wanted: object) -> Callable[[Values], bool]:
    return lambda values: values.get(attribute) == wanted


def _closed(values: Values) -> bool:
    """Whether no inbound rule allows the whole internet."""
    if values.get("type") == "egress":
        return True
    return not _everywhere(_texts(values.get("ingress", values)))


def _ecr_encrypted(values: Values) -> bool:
    blocks = values.get("encryption_configuration")
    return isinstance(blocks, list) and any(
        isinstance(block, dict) and block.get("encryption_type") == "KMS" for block in blocks
    )


RULES = (
    Rule(
        "Studio's traffic stays in the VPC (VpcOnly)",
        ("aws_sagemaker_domain",),
        _is("app_network_access_type", "VpcOnly"),
    ),
    Rule(
        NO_GATEWAY,
        ("aws_internet_gateway", "aws_egress_only_internet_gateway", "aws_nat_gateway"),
        lambda _: False,
    ),
    Rule(
        NO_ROUTE,
        ("aws_route", "aws_route_table", "aws_default_route_table"),
        lambda values: not _everywhere(_texts(values)),
    ),
    Rule(
        "No security group admits the internet",
        (
            "aws_security_group",
            "aws_default_security_group",
            "aws_security_group_rule",
            "aws_vpc_security_group_ingress_rule",
        ),
        _closed,
    ),
    Rule(
        "No subnet assigns public addresses",
        ("aws_subnet",),
        _is("map_public_ip_on_launch", False),
    ),
    Rule("File systems are encrypted", ("aws_efs_file_system",), _is("encrypted", True)),
    Rule("Images are encrypted with KMS", ("aws_ecr_repository",), _ecr_encrypted),
    Rule(
        "Tags of images are immutable",
        ("aws_ecr_repository",),
        _is("image_tag_mutability", "IMMUTABLE"),
    ),
    Rule("KMS keys are rotated", ("aws_kms_key",), _is("enable_key_rotation", True)),
)


def check_rules(changes: Iterable[Change]) -> list[RuleResult]:
    """The result of each rule for the resources that exist after the apply."""
    remaining = [
        change for change in changes if change.action not in (Action.DESTROY, Action.FORGET)
    ]
    results = []
    for rule in RULES:
        affected = [change for change in remaining if change.type in rule.types]
        broken_by = tuple(change for change in affected if not rule.keeps(change.after))
        results.append(RuleResult(name=rule.name, resources=len(affected), broken_by=broken_by))
    return results


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
