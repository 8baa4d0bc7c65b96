"""`studio sweep`: finds what deployments and domains that no longer exist left, and deletes it.

With --yes it deletes what holds no data and is not recent.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial

from catalog.names import DEPLOYMENT_TAG
from catalog.service_prices import ECR_GB_MONTH, GB, HOURS_A_MONTH, KEY_MONTH, NODE_HOUR, per_month
from settings import UserError
from studio.aws import home_file_systems, keys, networks, nfs_groups, nodes
from studio.aws.apps import LOG_GROUP
from studio.aws.client import Aws
from studio.aws.domain_resources import domain_ids
from studio.aws.ecr import Ecr
from studio.aws.errors import AwsError, ignoring
from studio.aws.home_file_systems import Home
from studio.aws.keys import Key
from studio.aws.nfs_groups import Group
from studio.aws.tags import log_group_tags, repository_tags
from studio.console import output
from studio.console.reports import Report
from studio.errors import StepFailed

HOMES, LOGS, REPOSITORY = "home file system", "logs", "image repository"

_FLOW_LOGS = "/aws/vpc-flow-logs/"
"""What the names of our deployments' groups of flow logs begin with (modules/flow_logs.py)."""

_FIRST_HOUR = timedelta(hours=1)
"""A first `studio up` may have created keys and repositories by then, but neither the network nor
the domain that show that the deployment exists."""

Exists = Callable[[str], bool]
"""Whether the deployment of this name exists."""


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """Resources to delete together.

    holds_data: data of people, which cannot be restored. created: only of resources that a
    `studio up` which still runs may have created.
    """

    name: str
    note: str
    delete: Callable[[Report], None]
    holds_data: bool = False
    created: datetime | None = None

    @property
    def recent(self) -> bool:
        """Whether they were created in the last hour."""
        return self.created is not None and datetime.now(UTC) - self.created < _FIRST_HOUR


def leftovers(aws: Aws) -> list[Leftover]:
    """The leftovers in the region, those with data first. Raises AwsError."""
    # Before the domains: resources of a domain that is created meanwhile are no leftovers.
    existing, groups = home_file_systems.list_homes(aws), nfs_groups.list_groups(aws)
    registrations, streams = nodes.list_registrations(aws), _streams(aws)
    live = {domain["DomainId"] for domain in aws.all("sagemaker", "list_domains", "Domains")}
    exists, customer_keys = cache(partial(_exists, aws)), keys.enabled_keys(aws)
    found = [
        *_homes(aws, live, existing, groups, customer_keys),
        *_groups(aws, live, existing, groups),
        *_registrations(aws, live, registrations),
        *_logs(aws, live, streams),
        *_flow_logs(aws, exists),
        *_networks(aws),
        *_keys(aws, exists, customer_keys),
        *_repositories(aws, exists),
    ]
    return sorted(found, key=lambda one: not one.holds_data)


def unneeded(
    found: Iterable[Leftover], *, homes: bool = False, images: bool = False
) -> list[Leftover]:
    """The leftovers that hold no data and are not recent.

    homes, images: also home file systems, repositories with images, unless they are recent.
    """
    named = {HOMES: homes, REPOSITORY: images}
    return [one for one in found if not one.recent and (not one.holds_data or named.get(one.name))]


def chosen(found: Sequence[Leftover], answer: str) -> list[Leftover]:
    """The leftovers of an answer: numbers, or ``all`` for the unneeded ones.

    Raises UserError for any other answer.
    """
    picked: list[Leftover] = []
    for word in answer.replace(",", " ").split():
        if word == "all":
            picked += unneeded(found)
        elif word.isascii() and word.isdigit() and 1 <= int(word) <= len(found):
            picked.append(found[int(word) - 1])
        else:
            raise UserError(
                f"{word}: a number from 1 to {len(found)} or `all`; nothing was deleted"
            )
    return [one for one in found if one in picked]


def sweep(selected: Sequence[Leftover], report: Report) -> None:
    """Delete all of these; raises StepFailed at the end if one failed."""
    failed = 0
    for one in selected:
        try:
            one.delete(report)
        except (StepFailed, AwsError) as error:
            output.problem(f"! {one.name} {one.note}: {error}")
            failed += 1
    if failed:
        raise StepFailed(f"{failed} of {len(selected)} could not be deleted (see above)")


def _homes(
    aws: Aws, live: set[str], existing: list[Home], groups: list[Group], customer_keys: list[Key]
) -> Iterator[Leftover]:
    deployments = {key.id: key.deployment for key in customer_keys}
    for home in existing:
        if home.domain_id in live:
            continue
        own = [group for group in groups if group.domain_id == home.domain_id]
        deployment = deployments.get(home.key_id)
        encrypted = f", encrypted with a key of {deployment}" if deployment else ""
        yield Leftover(
            name=HOMES,
            note=f"{home}{encrypted}; with {len(own)} security groups",
            delete=partial(_delete_home, aws, home, own),
            holds_data=True,
        )


def _groups(
    aws: Aws, live: set[str], existing: list[Home], listed: list[Group]
) -> Iterator[Leftover]:
    # A file system that still exists is reached through its domain's groups.
    needed = live | {home.domain_id for home in existing}
    by_domain: dict[str, list[Group]] = {}
    for group in listed:
        if group.domain_id not in needed:
            by_domain.setdefault(group.domain_id, []).append(group)
    for domain_id, groups in by_domain.items():
        # AWS refuses to delete a group with a network interface.
        asked = {"group-id": [group.id for group in groups]}
        if not aws.list_ec2("describe_network_interfaces", "NetworkInterfaces", asked):
            yield Leftover(
                name="security groups",
                note=f"{len(groups)} for NFS of {domain_id}, in {groups[0].vpc_id}",
                delete=partial(nfs_groups.delete_groups, aws, groups),
            )


def _registrations(
    aws: Aws, live: set[str], registrations: list[nodes.Registration]
) -> Iterator[Leftover]:
    for one in registrations:
        if one.domain_id not in live:
            cost = per_month(NODE_HOUR * HOURS_A_MONTH) if one.is_node else "free"
            yield Leftover(
                name="managed node" if one.is_node else "activation",
                note=f"{one} in {one.domain_id}, {cost}",
                delete=partial(nodes.delete_registrations, aws, [one]),
            )


def _streams(aws: Aws) -> list[str]:
    with ignoring("ResourceNotFoundException"):
        streams = aws.all("logs", "describe_log_streams", "logStreams", logGroupName=LOG_GROUP)
        return [str(stream["logStreamName"]) for stream in streams]
    return []


def _logs(aws: Aws, live: set[str], names: list[str]) -> Iterator[Leftover]:
    domains = {name.partition("/")[0] for name in names if name.startswith("d-")}
    for domain_id in domains - live:
        own = [name for name in names if name.startswith(f"{domain_id}/")]
        yield Leftover(
            name=LOGS,
            note=f"{len(own)} streams of {domain_id} in {LOG_GROUP}",
            delete=partial(_delete_streams, aws, own),
        )


def _flow_logs(aws: Aws, exists: Exists) -> Iterator[Leftover]:
    for group in aws.all("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=_FLOW_LOGS):
        name = group["logGroupName"]
        deployment = log_group_tags(aws, group["arn"]).get(DEPLOYMENT_TAG)
        if deployment is not None and not exists(deployment):
            yield Leftover(
                name="flow logs",
                note=f"{name} of {deployment}, {group.get('storedBytes', 0) / GB:.2f} GB",
                delete=partial(_delete_log_group, aws, name),
                created=datetime.fromtimestamp(group["creationTime"] / 1000, UTC),
            )


def _networks(aws: Aws) -> Iterator[Leftover]:
    for network in networks.duplicates(networks.list_networks(aws)):
        yield Leftover(
            name="empty VPC",
            note=f"{network.id}, a second one of {network.deployment}",
            delete=partial(networks.delete_network, aws, network),
        )


def _keys(aws: Aws, exists: Exists, existing: list[Key]) -> Iterator[Leftover]:
    """Unused keys that another one replaces, or whose deployment no longer exists."""
    in_use = {(key.deployment, key.description) for key in existing if key.used}
    for key in existing:
        if key.used or key.deployment is None:
            continue
        replaced = (key.deployment, key.description) in in_use
        if replaced or not exists(key.deployment):
            yield Leftover(
                name="KMS key",
                note=f"{key.id} of {key.deployment}, not used, {per_month(KEY_MONTH)}",
                delete=partial(keys.delete_key, aws, key),
                created=key.created,
            )


def _repositories(aws: Aws, exists: Exists) -> Iterator[Leftover]:
    for repository in aws.all("ecr", "describe_repositories", "repositories"):
        deployment = repository_tags(aws, repository["repositoryArn"]).get(DEPLOYMENT_TAG)
        name = repository["repositoryName"]
        if deployment is None or exists(deployment):
            continue
        sizes = Ecr(aws).image_sizes(name)
        cost = per_month(sum(sizes) / GB * ECR_GB_MONTH)
        yield Leftover(
            name=REPOSITORY,
            note=f"{name} of {deployment}: {len(sizes)} images, {cost}",
            delete=partial(Ecr(aws).delete_repository, name),
            # `studio down` keeps them with ecr.force_delete = false.
            holds_data=bool(sizes),
            created=repository["createdAt"],
        )


def _exists(aws: Aws, deployment: str) -> bool:
    """Whether the deployment has a network or a domain.

    In an existing VPC its network is security groups.
    """
    tagged = {f"tag:{DEPLOYMENT_TAG}": [deployment]}
    return bool(
        aws.list_ec2("describe_vpcs", "Vpcs", tagged)
        or aws.list_ec2("describe_security_groups", "SecurityGroups", tagged)
        or domain_ids(aws, deployment)
    )


def _delete_home(aws: Aws, home: Home, groups: list[Group], report: Report) -> None:
    home_file_systems.delete_home(aws, home.id, report)
    nfs_groups.delete_groups(aws, groups, report)


def _delete_streams(aws: Aws, streams: list[str], report: Report) -> None:
    """Deleting the last stream deletes the group too; SageMaker creates it again when needed."""
    logs = aws.client("logs")
    for stream in streams:
        with ignoring("ResourceNotFoundException"):
            logs.delete_log_stream(logGroupName=LOG_GROUP, logStreamName=stream)
    report(f"deleted   log streams ({len(streams)})")
    with ignoring("ResourceNotFoundException"):
        if not aws.all("logs", "describe_log_streams", "logStreams", logGroupName=LOG_GROUP):
            logs.delete_log_group(logGroupName=LOG_GROUP)
            report(f"deleted   log group {LOG_GROUP}")


def _delete_log_group(aws: Aws, name: str, report: Report) -> None:
    with ignoring("ResourceNotFoundException"):
        aws.client("logs").delete_log_group(logGroupName=name)
    report(f"deleted   log group {name}")
