"""What the diagram of a deployment shows, each part with what happens to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from settings import Settings
from studio.review import labels
from studio.review.rules import NO_GATEWAY, NO_ROUTE, check_rules
from studio.terraform.plan import Action, Change, Plan

_MOST = 6
"""More subnets or users than these share a box for each action."""

_NAMES = 12
"""A box of several resources lists that many names."""

_VERSION = "aws_sagemaker_image_version"
_IN_ACCOUNT = (
    ("aws_ecr_repository", "ECR repository", "ECR repositories"),
    ("aws_sagemaker_image", "SageMaker image", "SageMaker images"),
    (_VERSION, "image version", "image versions"),
    ("aws_iam_role", "role", "roles"),
    ("aws_iam_policy", "policy", "policies"),
    ("aws_kms_key", "KMS key", "KMS keys"),
    ("aws_cloudwatch_log_group", "log group", "log groups"),
)
"""What is outside the VPC: its type, one, several."""

_OF_USER = (
    ("aws_iam_role", "role", "-user-"),
    ("aws_iam_policy", "client policy", "-client-"),
    ("aws_security_group", "security group", "-user-"),
)
"""What a user has beside profile and space, and what is in its name before the user's."""

_SSH = ("ssm", "ssmmessages")
"""The endpoints that an SSH connection goes through."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A box. details: smaller lines below the label. on_path: an SSH connection goes through it."""

    label: str
    details: tuple[str, ...] = ()
    action: Action = Action.NOTHING
    on_path: bool = False


@dataclass(frozen=True, kw_only=True)
class Existing:
    """What the deployment uses and does not own."""

    vpc_id: str = ""
    subnet_ids: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()


NOTHING_EXISTING = Existing()


@dataclass(frozen=True, kw_only=True)
class Parts:
    """All boxes, by their place in the diagram. vpc: the frame around all until ``domain``."""

    vpc: Part
    subnets: list[Part] = field(default_factory=list)
    endpoints: list[Part] = field(default_factory=list)
    groups: list[Part] = field(default_factory=list)
    users: list[Part] = field(default_factory=list)
    domain: list[Part] = field(default_factory=list)
    account: list[Part] = field(default_factory=list)

    @property
    def has_path(self) -> bool:
        """Whether an SSH connection leads from an endpoint to an app."""
        return any(part.on_path for part in self.users)


def existing_network(settings: Settings) -> Existing:
    """The network that the settings name and Terraform does not create."""
    network = settings.network
    if not network.exists:
        return NOTHING_EXISTING
    return Existing(
        vpc_id=network.vpc_id,
        subnet_ids=network.subnet_ids,
        endpoints=network.existing_endpoints(settings.features),
        security_group_ids=network.security_group_ids,
    )


def deployment_parts(changes: Iterable[Change], existing: Existing) -> Parts:
    """The parts of all stacks, the unchanged ones too."""
    changes = tuple(changes)
    by_type: dict[str, list[Change]] = {}
    for change in changes:
        by_type.setdefault(change.type, []).append(change)
    endpoints = _endpoints(by_type.get("aws_vpc_endpoint", []), existing)
    users, owned = _users(by_type, on_path=any(part.on_path for part in endpoints))

    def remaining(type_: str) -> list[Change]:
        return [change for change in by_type.get(type_, []) if change.address not in owned]

    groups = _groups(remaining("aws_security_group"), "security group", "security groups")
    if existing.security_group_ids:
        ids = existing.security_group_ids
        groups += [Part(label="existing security groups", details=(_listed(ids),))]
    return Parts(
        vpc=_vpc(changes, by_type.get("aws_vpc", []), existing),
        subnets=_subnets(by_type.get("aws_subnet", []), existing),
        endpoints=endpoints,
        users=users,
        domain=[
            part for change in by_type.get("aws_sagemaker_domain", []) for part in _domain(change)
        ],
        groups=groups,
        account=[
            part
            for type_, *nouns in _IN_ACCOUNT
            for part in _groups(remaining(type_), *nouns)
            # A version that stays is part of its image.
            if (type_, part.action) != (_VERSION, Action.NOTHING)
        ],
    )


def _vpc(changes: Collection[Change], vpcs: Sequence[Change], existing: Existing) -> Part:
    if existing.vpc_id:
        return Part(label=f"Existing VPC {existing.vpc_id}", details=("unchanged",))
    plan = Plan(stack="", changes=tuple(changes), gone=(), outputs={}, empty=False)
    broken = {rule.name for rule in check_rules([plan]) if rule.broken_by}
    access = "a route" if broken & {NO_GATEWAY, NO_ROUTE} else "no route"
    if not vpcs:
        return Part(label="VPC")
    return Part(
        label=f"VPC {labels.name(vpcs[0])}",
        details=(f"{access} to the internet",),
        action=vpcs[0].action,
    )


def _subnets(subnets: Sequence[Change], existing: Existing) -> list[Part]:
    if existing.subnet_ids:
        ids = existing.subnet_ids
        if len(ids) > _MOST:
            return [Part(label=f"{len(ids)} existing subnets", details=(_listed(ids),))]
        return [Part(label="existing subnet", details=(one,)) for one in ids]
    if len(subnets) > _MOST:
        return _groups(subnets, "subnet", "subnets")
    return [
        Part(label=_zone(change, number), details=(labels.name(change),), action=change.action)
        for number, change in enumerate(subnets, start=1)
    ]


def _zone(change: Change, number: int) -> str:
    zone = change.values.get("availability_zone")
    return f"zone {labels.clean(zone)}" if isinstance(zone, str) else f"zone {number}"


def _endpoints(endpoints: Sequence[Change], existing: Existing) -> list[Part]:
    ssh = [change for change in endpoints if labels.name(change) in _SSH]
    there = {labels.name(c) for c in ssh if c.action is not Action.DESTROY} | {*existing.endpoints}
    path = [
        Part(label=part.label, details=("interface endpoints",), action=part.action, on_path=True)
        for part in _by_action(ssh, lambda some: ", ".join(sorted(map(labels.name, some))))
    ]
    brought = [name for name in existing.endpoints if name not in _SSH]
    if on_path := tuple(name for name in existing.endpoints if name in _SSH):
        path.append(Part(label=", ".join(on_path), details=("existing endpoints",), on_path=True))
    if not there.issuperset(_SSH):
        path = [Part(label=one.label, details=one.details, action=one.action) for one in path]
    rest = [change for change in endpoints if change not in ssh]
    gateways = [one for one in rest if one.values.get("vpc_endpoint_type") == "Gateway"]
    interfaces = [one for one in rest if one not in gateways]
    return [
        *path,
        *_groups(interfaces, "interface endpoint", "interface endpoints"),
        *([_brought(brought)] if brought else []),
        *_groups(gateways, "gateway endpoint", "gateway endpoints"),
    ]


def _brought(names: Sequence[str]) -> Part:
    count = f"{len(names)} existing endpoint{'' if len(names) == 1 else 's'}"
    return Part(label=count, details=(_listed(names),))


def _users(by_type: Mapping[str, list[Change]], *, on_path: bool) -> tuple[list[Part], set[str]]:
    """The boxes of the users, and the addresses of what they show."""
    owned: dict[str, list[tuple[str, Change]]] = {}
    for change in by_type.get("aws_sagemaker_user_profile", []):
        owned.setdefault(labels.name(change), []).append(("profile", change))
    for change in by_type.get("aws_sagemaker_space", []):
        space = f"space ({labels.volume(change.values)})"
        owned.setdefault(labels.name(change), []).append((space, change))
    for type_, noun, before in _OF_USER:
        for change in by_type.get(type_, []):
            _, found, user = labels.name(change).partition(before)
            if found and user in owned:
                owned[user].append((noun, change))
    shown = {change.address for parts in owned.values() for _, change in parts}
    if len(owned) > _MOST:
        return _many_users(owned, on_path=on_path), shown
    return [
        Part(
            label=user,
            details=_details(owned[user]),
            action=_common(change.action for _, change in owned[user]),
            on_path=on_path,
        )
        for user in sorted(owned)
    ], shown


def _many_users(owned: Mapping[str, list[tuple[str, Change]]], *, on_path: bool) -> list[Part]:
    by_action: dict[Action, list[str]] = {}
    for user in sorted(owned):
        action = _common(change.action for _, change in owned[user])
        by_action.setdefault(action, []).append(user)
    each = "each: profile, space, role, client policy, security group"
    return [
        Part(
            label=f"{len(users)} user{'' if len(users) == 1 else 's'}",
            details=(_listed(users), each),
            action=action,
            on_path=on_path,
        )
        for action in labels.ACTIONS
        if (users := by_action.get(action))
    ]


def _details(resources: Sequence[tuple[str, Change]]) -> tuple[str, ...]:
    """The resources of a user; a line for each action where these differ."""
    actions = {change.action for _, change in resources}
    lines = [
        (action, [noun for noun, change in resources if change.action is action])
        for action in labels.ACTIONS
        if action in actions
    ]
    if len(lines) == 1:
        return (", ".join(lines[0][1]),)
    return tuple(f"{action}: {', '.join(nouns)}" for action, nouns in lines)


def _domain(change: Change) -> list[Part]:
    file_system = change.before.get("home_efs_file_system_id")
    return [
        Part(label=labels.name(change), details=("Studio domain",), action=change.action),
        Part(
            label="home directories",
            details=(f"EFS {labels.clean(file_system)}" if file_system else "EFS",),
            action=Action.NOTHING if change.action is Action.UPDATE else change.action,
        ),
    ]


def _groups(changes: Sequence[Change], noun: str, nouns: str) -> list[Part]:
    """A box for each action that resources of one type have, with their number and names."""
    return _by_action(
        changes,
        lambda some: f"{len(some)} {noun if len(some) == 1 else nouns}",
        lambda some: (_listed(sorted(map(labels.name, some))),),
    )


def _by_action(
    changes: Sequence[Change],
    label: Callable[[Sequence[Change]], str],
    details: Callable[[Sequence[Change]], tuple[str, ...]] = lambda _: (),
) -> list[Part]:
    return [
        Part(label=label(some), details=details(some), action=action)
        for action in labels.ACTIONS
        if (some := [change for change in changes if change.action is action])
    ]


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMES])} and {len(names) - _NAMES} more"


def _common(actions: Iterable[Action]) -> Action:
    """The action of a group: the one that all have, else that the group changes."""
    different = set(actions)
    return different.pop() if len(different) == 1 else Action.UPDATE
