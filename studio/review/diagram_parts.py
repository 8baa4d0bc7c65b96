"""The parts of a deployment as a picture shows them, each with what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from studio.review import labels
from studio.review.review import Review
from studio.terraform.plan import Action, Change

MOST = 24
"""How many parts of a kind are drawn one by one; what changes comes first."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A box of the picture. detail: a second, smaller line."""

    label: str
    detail: str
    action: Action


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that is drawn, by where it is drawn."""

    vpc: Part | None
    subnets: list[Part]
    endpoints: list[Part]
    domain: list[Part]
    people: list[Part]
    images: list[Part]
    keys: list[Part]
    identity: list[Part]


def parts(review: Review) -> Parts:
    """The parts of all stacks, those that stay as they are too."""
    found: dict[str, list[Change]] = {}
    for look in review.looks:
        for change in (*look.plan.changes, *look.plan.gone) if look.plan else ():
            found.setdefault(change.type, []).append(change)
    vpcs = [_part(change, detail="no way to the internet") for change in found.get("aws_vpc", [])]
    return Parts(
        vpc=vpcs[0] if vpcs else None,
        subnets=_few(_part(change, detail=_zone(change)) for change in found.get("aws_subnet", [])),
        endpoints=_few(_part(change) for change in found.get("aws_vpc_endpoint", [])),
        domain=_domain(found.get("aws_sagemaker_domain", [])),
        people=_few(_people(found)),
        images=_few(
            [
                *(_part(c, detail="ECR repository") for c in found.get("aws_ecr_repository", [])),
                *(_part(c, detail="image in Studio") for c in found.get("aws_sagemaker_image", [])),
                *(
                    _part(c, detail="version")
                    for c in found.get("aws_sagemaker_image_version", [])
                    if c.action is not Action.NOTHING
                ),
            ]
        ),
        keys=_few(_part(change, detail="KMS key") for change in found.get("aws_kms_key", [])),
        identity=[
            *_together(found.get("aws_iam_role", []), "role", "roles"),
            *_together(found.get("aws_iam_policy", []), "policy", "policies"),
            *_together(found.get("aws_security_group", []), "security group", "security groups"),
        ],
    )


def worst(actions: Iterable[Action]) -> Action:
    """The one of these that a person has to know of first."""
    order = list(labels.SIGNS)
    return min(actions, key=order.index, default=Action.NOTHING)


def _part(change: Change, *, detail: str = "") -> Part:
    return Part(label=labels.name(change), detail=detail, action=change.action)


def _zone(change: Change) -> str:
    zone = change.values.get("availability_zone")
    return labels.clean(zone) if isinstance(zone, str) else "zone: AWS decides"


def _domain(changes: list[Change]) -> list[Part]:
    drawn = []
    for change in changes:
        drawn.append(_part(change, detail="Studio domain"))
        system = change.before.get("home_efs_file_system_id")
        drawn.append(
            Part(
                label=labels.clean(system) if system else "home file system",
                detail="home directories (EFS)",
                action=Action.NOTHING if change.action is Action.UPDATE else change.action,
            )
        )
    return drawn


def _people(found: Mapping[str, list[Change]]) -> list[Part]:
    """A box for each user profile and one for each space."""
    profiles = [
        _part(c, detail="user profile") for c in found.get("aws_sagemaker_user_profile", [])
    ]
    spaces = [
        _part(c, detail=f"space, {labels.volume(c.values)}")
        for c in found.get("aws_sagemaker_space", [])
    ]
    return sorted([*profiles, *spaces], key=lambda part: (part.label, part.detail))


def _together(changes: list[Change], one: str, many: str) -> list[Part]:
    if not changes:
        return []
    counted = Counter(change.action for change in changes)
    action = worst(counted)
    detail = labels.counts(counted) if any(counted[told] for told in labels.TOLD) else "unchanged"
    noun = one if len(changes) == 1 else many
    return [Part(label=f"{len(changes)} {noun}", detail=detail, action=action)]


def _few(found: Iterable[Part]) -> list[Part]:
    drawn = list(found)
    if len(drawn) <= MOST:
        return drawn
    changed = [part for part in drawn if part.action is not Action.NOTHING]
    same = [part for part in drawn if part.action is Action.NOTHING]
    shown, rest = [*changed, *same][: MOST - 1], [*changed, *same][MOST - 1 :]
    more = Part(
        label=f"and {len(rest)} more", detail="", action=worst(part.action for part in rest)
    )
    return [*shown, more]
