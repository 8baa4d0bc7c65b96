"""The inventory of moto's main services, without a new account's resources and ended ones."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from studio_emulator.inventory import Item
from studio_emulator.inventory.other_resources import other_items
from studio_emulator.moto_internals.backends import backends_in_use
from studio_emulator.moto_internals.ec2 import is_true, peering_status
from studio_emulator.moto_internals.iam import own_policies
from studio_emulator.moto_internals.loading import own_images
from studio_emulator.moto_internals.resources import own_documents, parameters

_Collector = Callable[[Any], Iterator[Item]]
# Moto's own APIs, which it implements as services.
_MOTO_ONLY = frozenset({"instance_metadata", "moto_api"})
# The attributes of EC2's resources with their names, where tags do not have them, and notes.
_NAMES = {"prefix-list": "prefix_list_name", "security-group": "name"}
_NOTES = {
    "instance": "state",
    "network-acl": "vpc_id",
    "network-interface": "description",
    "route-table": "vpc_id",
    "security-group": "vpc_id",
    "subnet": "vpc_id",
    "vpc": "cidr_block",
    "vpc-endpoint": "service_name",
}
_ENDED_PEERING = frozenset({"deleted", "expired", "failed", "rejected"})


def moto_items() -> Iterator[Item]:
    """The resources of all accounts and regions."""
    for service, backend in backends_in_use():
        if service in _MOTO_ONLY:
            continue
        if service in _COLLECTORS:
            yield from _COLLECTORS[service](backend)
        yield from other_items(service, backend)


def ec2_items(ec2: Any) -> Iterator[Item]:
    """The resources of a backend of EC2, without those of `other_items`."""
    default_vpcs = {vpc.id for vpc in ec2.vpcs.values() if is_true(vpc.is_default)}
    subnets = [subnet for zone in ec2.subnets.values() for subnet in zone.values()]
    groups = [group for of_vpc in ec2.groups.values() for group in of_vpc.values()]
    instances = [each for made in ec2.reservations.values() for each in made.instances]
    images, snapshots = own_images(ec2)
    for kind, resources in (
        ("vpc", [vpc for vpc in ec2.vpcs.values() if vpc.id not in default_vpcs]),
        (
            "subnet",
            [s for s in subnets if s.vpc_id not in default_vpcs or not is_true(s.default_for_az)],
        ),
        ("route-table", [t for t in ec2.route_tables.values() if not t.main_association_id]),
        ("network-acl", [acl for acl in ec2.network_acls.values() if not is_true(acl.default)]),
        ("security-group", [group for group in groups if group.name != "default"]),
        ("network-interface", ec2.enis.values()),
        ("vpc-endpoint", ec2.vpc_end_points.values()),
        (
            "prefix-list",
            [
                each
                for each in ec2.managed_prefix_lists.values()
                if each.state != "delete-complete"
                and not each.prefix_list_name.startswith("com.amazonaws.")
            ],
        ),
        ("internet-gateway", ec2.internet_gateways.values()),
        ("egress-only-internet-gateway", ec2.egress_only_internet_gateways.values()),
        ("natgateway", [nat for nat in ec2.nat_gateways.values() if nat.state != "deleted"]),
        (
            "vpc-peering-connection",
            [c for c in ec2.vpc_pcxs.values() if peering_status(c) not in _ENDED_PEERING],
        ),
        ("vpc-flow-log", ec2.flow_logs.values()),
        ("volume", ec2.volumes.values()),
        ("snapshot", snapshots.values()),
        ("image", images.values()),
        ("elastic-ip", ec2.addresses),
        ("instance", [each for each in instances if each.state != "terminated"]),
    ):
        for resource in resources:
            tags = {t["key"]: t["value"] for t in ec2.describe_tags({"resource-id": [resource.id]})}
            arn = f"arn:{ec2.partition}:ec2:{ec2.region_name}:{ec2.account_id}"
            yield Item(
                service="ec2",
                type=kind,
                id=resource.id,
                name=getattr(resource, _NAMES.get(kind, ""), tags.get("Name", "")),
                arn=f"{arn}:{kind}/{resource.id}",
                note=getattr(resource, _NOTES.get(kind, ""), ""),
            )


def _iam(iam: Any) -> Iterator[Item]:
    for kind, held in (
        ("role", iam.roles.values()),
        ("user", iam.users.values()),
        ("group", iam.groups.values()),
        ("instance-profile", iam.instance_profiles.values()),
        ("policy", own_policies(iam)),
    ):
        for each in held:
            yield Item(service="iam", type=kind, id=each.id, name=each.name, arn=each.arn)


def _named(service: str, kind: str, table: str) -> _Collector:
    """Collects the resources of a table of the service's backend, whose ids are their names."""

    def items(backend: Any) -> Iterator[Item]:
        for each in getattr(backend, table).values():
            yield Item(service=service, type=kind, id=each.name, name=each.name, arn=each.arn)

    return items


def _efs(efs: Any) -> Iterator[Item]:
    for system in efs.file_systems_by_id.values():
        id_ = system.file_system_id
        yield Item(
            service="efs",
            type="file-system",
            id=id_,
            name=system.creation_token,
            arn=system.file_system_arn,
            note=f"{len(list(system.iter_mount_targets()))} mount targets",
        )
    for target in efs.mount_targets_by_id.values():
        yield Item(
            service="efs",
            type="mount-target",
            id=target.mount_target_id,
            note=f"{target.file_system_id} in {target.subnet_id}",
        )
    for point in efs.access_points.values():
        yield Item(service="efs", type="access-point", id=point.access_point_id)


def _kms(kms: Any) -> Iterator[Item]:
    for key in kms.keys.values():
        # A key that is pending deletion costs nothing, and no request deletes it sooner.
        if key.key_manager != "CUSTOMER" or key.key_state == "PendingDeletion":
            continue
        # An AWS managed key, which moto lists as customer managed.
        if any(name.startswith("alias/aws/") for name in key.aliases):
            continue
        yield Item(service="kms", type="key", id=key.id, arn=key.arn, note=key.key_state)
        for name in key.aliases:
            yield Item(service="kms", type="alias", id=name, name=name, note=key.id)


def _ssm(ssm: Any) -> Iterator[Item]:
    for name in parameters(ssm):
        if not name.startswith("/aws/"):
            yield Item(service="ssm", type="parameter", id=name, name=name)
    for name in own_documents(ssm):
        yield Item(service="ssm", type="document", id=name, name=name)


_COLLECTORS: Mapping[str, _Collector] = {
    "ec2": ec2_items,
    "ecr": _named("ecr", "repository", "repositories"),
    "efs": _efs,
    "iam": _iam,
    "kms": _kms,
    "logs": _named("logs", "log-group", "groups"),
    "s3": _named("s3", "bucket", "buckets"),
    "ssm": _ssm,
}
