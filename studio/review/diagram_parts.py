"""The parts of a deployment that the diagram shows, each with what happens to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from studio.review import labels
from studio.review.review import Review
from studio.review.rules import NO_GATEWAY, NO_ROUTE
from studio.terraform.plan import Action, Change

_LIMIT = 24
"""The diagram draws that many users, images and keys one by one, those that change first."""

_LISTED = (*labels.VERBS, Action.GONE, Action.FORGET, Action.NOTHING)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A box of the diagram. detail: a second, smaller line."""

    label: str
    detail: str
    action: Action


@dataclass(frozen=True, kw_only=True)
class Parts:
    """All boxes, by their place in the diagram."""

    vpc: Part | None
    subnets: list[Part]
    endpoints: list[Part]
    domain: list[Part]
    users: list[Part]
    images: list[Part]
    keys: list[Part]
    permissions: list[Part]


def deployment_parts(review: Review) -> Parts:
    """The parts of all stacks, the unchanged ones too."""
    changes: dict[str, list[Change]] = {}
    for stack_plan in review.stack_plans:
        plan = stack_plan.plan
        for change in (*plan.changes, *plan.gone) if plan else ():
            changes.setdefault(change.type, []).append(change)

    def each(type_: str, detail: Callable[[Change], str]) -> list[Part]:
        return [_part(change, detail(change)) for change in changes.get(type_, [])]

    internet = any(rule.name in (NO_GATEWAY, NO_ROUTE) for rule in review.broken_rules)
    vpcs = each("aws_vpc", lambda _: "internet access" if internet else "no internet access")
    users = [
        *each("aws_sagemaker_user_profile", lambda _: "user profile"),
        *each("aws_sagemaker_space", lambda change: f"space, {labels.volume(change.values)}"),
    ]
    return Parts(
        vpc=vpcs[0] if vpcs else None,
        subnets=each("aws_subnet", _zone),
        endpoints=each("aws_vpc_endpoint", lambda _: ""),
        domain=[
            part for change in changes.get("aws_sagemaker_domain", []) for part in _domain(change)
        ],
        users=_limited(sorted(users, key=lambda part: (part.label, part.detail))),
        images=_limited(
            [
                *each("aws_ecr_repository", lambda _: "ECR repository"),
                *each("aws_sagemaker_image", lambda _: "SageMaker image"),
                *each("aws_sagemaker_image_version", lambda _: "version"),
            ]
        ),
        keys=_limited(each("aws_kms_key", lambda _: "KMS key")),
        permissions=[
            _group(changes[type_], nouns)
            for type_, nouns in (
                ("aws_iam_role", ("role", "roles")),
                ("aws_iam_policy", ("policy", "policies")),
                ("aws_security_group", ("security group", "security groups")),
            )
            if type_ in changes
        ],
    )


def _part(change: Change, detail: str) -> Part:
    return Part(label=labels.name(change), detail=detail, action=change.action)


def _zone(change: Change) -> str:
    zone = change.values.get("availability_zone")
    return labels.clean(zone) if isinstance(zone, str) else "zone: AWS decides"


def _domain(change: Change) -> list[Part]:
    file_system = change.before.get("home_efs_file_system_id")
    return [
        _part(change, "Studio domain"),
        Part(
            label=labels.clean(file_system) if file_system else "home file system",
            detail="home directories (EFS)",
            action=Action.NOTHING if change.action is Action.UPDATE else change.action,
        ),
    ]


def _group(changes: list[Change], nouns: tuple[str, str]) -> Part:
    """One box for all resources of a type."""
    counts = Counter(change.action for change in changes)
    action = _common(counts)
    each = ", ".join(f"{counts[one]} {one}" for one in _LISTED if counts[one])
    return Part(
        label=f"{len(changes)} {nouns[len(changes) > 1]}",
        detail=each if len(counts) > 1 else action,
        action=action,
    )


def _common(actions: Iterable[Action]) -> Action:
    """The action of a group: the one that all have, else that the group changes."""
    different = set(actions)
    return different.pop() if len(different) == 1 else Action.UPDATE


def _limited(parts: list[Part]) -> list[Part]:
    if len(parts) <= _LIMIT:
        return parts
    ordered = sorted(parts, key=lambda part: part.action is Action.NOTHING)
    shown, hidden = ordered[: _LIMIT - 1], ordered[_LIMIT - 1 :]
    action = _common(part.action for part in hidden)
    return [*shown, Part(label=f"and {len(hidden)} more", detail="", action=action)]
