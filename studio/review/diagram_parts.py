"""The parts of a deployment's diagram, with their actions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from settings import Settings
from settings.network import NetworkSettings
from studio.review import labels
from studio.review.boxes import MOST, Part, by_action, group, listed
from studio.review.diagram_users import user_parts
from studio.review.security_rules import NO_GATEWAY, NO_ROUTE, check_rules
from studio.terraform.plan import Action, Change

_IN_ACCOUNT = (
    ("aws_ecr_repository", "ECR repository", "ECR repositories"),
    ("aws_sagemaker_image", "SageMaker image", "SageMaker images"),
    ("aws_sagemaker_image_version", "image version", "image versions"),
    ("aws_iam_role", "role", "roles"),
    ("aws_iam_policy", "policy", "policies"),
    ("aws_kms_key", "KMS key", "KMS keys"),
    ("aws_cloudwatch_log_group", "log group", "log groups"),
)
"""The resources outside the VPC: type, singular, plural."""

_SSH = ("ssm", "ssmmessages")
"""The endpoints of an SSH connection."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """All boxes, by their place in the diagram. vpc: the frame around all but ``account``."""

    vpc: Part
    subnets: list[Part] = field(default_factory=list)
    endpoints: list[Part] = field(default_factory=list)
    groups: list[Part] = field(default_factory=list)
    users: list[Part] = field(default_factory=list)
    domain: list[Part] = field(default_factory=list)
    account: list[Part] = field(default_factory=list)

    @property
    def has_path(self) -> bool:
        """Whether the diagram shows an SSH connection."""
        return any(part.on_path for part in self.users)


def deployment_parts(changes: Iterable[Change], settings: Settings) -> Parts:
    """The parts of all stacks, including unchanged resources and the existing network."""
    changes, network = tuple(changes), settings.network
    by_type: dict[str, list[Change]] = {}
    for change in changes:
        by_type.setdefault(change.type, []).append(change)
    existing = network.known_endpoints(settings.features)
    endpoints = _endpoints(by_type.get("aws_vpc_endpoint", []), existing)
    users, owned = user_parts(by_type, on_path=any(part.on_path for part in endpoints))

    def remaining(type_: str) -> list[Change]:
        return [change for change in by_type.get(type_, []) if change.address not in owned]

    groups = group(remaining("aws_security_group"), "security group", "security groups")
    if ids := network.security_group_ids:
        groups += [Part(label="existing security groups", details=(listed(ids),))]
    return Parts(
        vpc=_vpc(changes, by_type.get("aws_vpc", []), network),
        subnets=_subnets(by_type.get("aws_subnet", []), network),
        endpoints=endpoints,
        users=users,
        domain=[
            part for change in by_type.get("aws_sagemaker_domain", []) for part in _domain(change)
        ],
        groups=groups,
        account=[part for type_, *nouns in _IN_ACCOUNT for part in group(remaining(type_), *nouns)],
    )


def _vpc(changes: Iterable[Change], vpcs: Sequence[Change], network: NetworkSettings) -> Part:
    if network.exists:
        return Part(label=f"Existing VPC {network.vpc_id}", details=("unchanged",))
    if not vpcs:
        return Part(label="VPC")
    broken = {rule.name for rule in check_rules(changes) if rule.broken_by}
    access = "a route" if broken & {NO_GATEWAY, NO_ROUTE} else "no route"
    return Part(
        label=f"VPC {labels.name(vpcs[0])}",
        details=(f"{access} to the internet",),
        action=vpcs[0].action,
    )


def _subnets(subnets: Sequence[Change], network: NetworkSettings) -> list[Part]:
    if ids := network.subnet_ids:
        if len(ids) > MOST:
            return [Part(label=f"{len(ids)} existing subnets", details=(listed(ids),))]
        return [Part(label="existing subnet", details=(one,)) for one in ids]
    if len(subnets) > MOST:
        return group(subnets, "subnet", "subnets")
    return [
        Part(label=_zone(change, number), details=(labels.name(change),), action=change.action)
        for number, change in enumerate(subnets, start=1)
    ]


def _zone(change: Change, number: int) -> str:
    zone = change.values.get("availability_zone")
    return f"zone {labels.clean(zone)}" if isinstance(zone, str) else f"zone {number}"


def _endpoints(endpoints: Sequence[Change], existing: Sequence[str]) -> list[Part]:
    ssh = [change for change in endpoints if labels.name(change) in _SSH]
    found = {labels.name(c) for c in ssh if c.action is not Action.DESTROY} | {*existing}
    path = [
        replace(part, details=("interface endpoints",), on_path=True)
        for part in by_action(ssh, lambda some: ", ".join(sorted(map(labels.name, some))))
    ]
    others = [name for name in existing if name not in _SSH]
    if on_path := [name for name in existing if name in _SSH]:
        path.append(Part(label=", ".join(on_path), details=("existing endpoints",), on_path=True))
    if not found.issuperset(_SSH):
        path = [replace(part, on_path=False) for part in path]
    rest = [change for change in endpoints if change not in ssh]
    gateways = [one for one in rest if one.values.get("vpc_endpoint_type") == "Gateway"]
    interfaces = [one for one in rest if one not in gateways]
    return [
        *path,
        *group(interfaces, "interface endpoint", "interface endpoints"),
        *([Part(label=_count(others), details=(listed(others),))] if others else []),
        *group(gateways, "gateway endpoint", "gateway endpoints"),
    ]


def _count(names: Sequence[str]) -> str:
    return f"{len(names)} existing endpoint{'' if len(names) == 1 else 's'}"


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
