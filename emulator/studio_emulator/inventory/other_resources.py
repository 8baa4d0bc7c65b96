"""The inventory of all other services: any object in moto; those that need no deletion.

Moto stores a resource as an object in a mapping or a list of the service's backend. Resources that
moto stores as scalars (tags, account settings) are not listed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from studio_emulator.iam.callers import is_temporary
from studio_emulator.inventory import Item
from studio_emulator.moto_internals import BaseBackend

# The attributes of backends that `moto_resources` lists.
_NAMED: Mapping[str, frozenset[str]] = {
    "ec2": frozenset(
        {
            "addresses",
            "amis",
            "default_vpc",
            "egress_only_internet_gateways",
            "enis",
            "flow_logs",
            "groups",
            "internet_gateways",
            "managed_prefix_lists",
            "nat_gateways",
            "network_acls",
            "reservations",
            "route_tables",
            "snapshots",
            "subnets",
            "volumes",
            "vpc_end_points",
            "vpc_pcxs",
            "vpcs",
        }
    ),
    "ecr": frozenset({"repositories"}),
    "efs": frozenset(
        {
            "access_points",
            "creation_tokens",
            "file_systems_by_id",
            "mount_targets_by_id",
        }
    ),
    "iam": frozenset(
        {
            "account_summary",
            "aws_managed_policies",
            "groups",
            "instance_profiles",
            "managed_policies",
            "roles",
            "users",
        }
    ),
    "kms": frozenset({"keys"}),
    "logs": frozenset({"groups"}),
    "s3": frozenset({"buckets"}),
    "ssm": frozenset({"_documents", "_parameters"}),
}
# Classes whose objects need no deletion, and why.
_IGNORED: Mapping[tuple[str, str], str] = {
    ("cloudwatch", "MetricDatum"): "data that expires",
    ("cloudwatch", "MetricDatumBase"): "data that expires",
    ("ec2", "SubnetRouteTableAssociation"): "deleted with its subnet",
    ("ec2", "TransitGatewayRelations"): "deleted with its attachment",
    ("ec2", "VolumeAttachment"): "deleted with its volume",
    ("ecs", "TaskDefinition"): "its deregistered revisions stay, as on AWS",
    ("iam", "AccessKeyLastUsed"): "a record of a use",
    ("logs", "LogQuery"): "ends by itself",
    ("route53", "DelegationSet"): "deleted with its zone",
    ("sts", "AssumedRole"): "a session, which ends by itself",
    ("sts", "Token"): "a session, which ends by itself",
}
# Default resources of a new account that contain other resources.
_CONTAINERS = frozenset({("events", "EventBus")})
_ENDED = frozenset({"cancelled", "deleted", "terminated"})
_NEW: dict[str, frozenset[tuple[str, str]]] = {}
_IDENTITIES = ("id", "arn", "name")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PREFIX = re.compile(r"^(Fake)?(Sage[Mm]aker)?(?=[A-Z])")
_DEEPEST = 4


def other_items(service: str, backend: Any) -> Iterator[Item]:
    """The resources of a backend or of a container that a new account does not have."""
    named = _NAMED.get(service, frozenset())
    seen: set[int] = set()
    for attribute, value in vars(backend).items():
        if attribute in named:
            continue
        for key, resource in _resources(value, "", _DEEPEST):
            if id(resource) in seen or _has_ended(resource):
                continue
            seen.add(id(resource))
            kind = type(resource).__name__
            fresh = (
                service not in _NAMED
                and isinstance(backend, BaseBackend)
                and (attribute, key) in _of_new_account(service, backend)
            )
            if fresh and (service, kind) in _CONTAINERS:
                yield from other_items(service, resource)
            elif not fresh and (service, kind) not in _IGNORED:
                yield _item(service, kind, key, resource)


def _of_new_account(service: str, backend: BaseBackend) -> frozenset[tuple[str, str]]:
    """(attribute, key) of the resources of a new backend."""
    if service not in _NEW:
        new = type(backend)(backend.region_name, backend.account_id)
        _NEW[service] = frozenset(
            (attribute, key)
            for attribute, value in vars(new).items()
            for key, _ in _resources(value, "", _DEEPEST)
        )
    return _NEW[service]


def _resources(value: Any, key: str, depth: int) -> Iterator[tuple[str, Any]]:
    """(innermost key, object) of moto's objects in nested mappings and lists."""
    if depth == 0:
        return
    if isinstance(value, Mapping):
        for inner, item in list(value.items()):
            yield from _resources(item, str(inner), depth - 1)
    elif isinstance(value, list | tuple | set):
        for number, item in enumerate(list(value)):
            yield from _resources(item, f"{key}{number}", depth - 1)
    elif _is_of_a_service(value):
        if depth < _DEEPEST:
            yield key, value
        else:
            # A container class, such as Lambda's storage of functions.
            for item in vars(value).values():
                if isinstance(item, Mapping | list | tuple | set):
                    yield from _resources(item, "", depth - 1)


def _is_of_a_service(value: Any) -> bool:
    module = type(value).__module__
    own = module.startswith("moto.") and not module.startswith(("moto.core.", "moto.utilities."))
    return own and not isinstance(value, BaseBackend | type) and hasattr(value, "__dict__")


def _has_ended(resource: Any) -> bool:
    """Whether the resource has ended, ends by itself, or is scheduled for deletion."""
    if getattr(resource, "deleted_date", None):
        return True
    if is_temporary(str(getattr(resource, "access_key_id", ""))):
        return True
    states = (getattr(resource, name, None) for name in ("state", "status"))
    return any(isinstance(state, str) and state.lower() in _ENDED for state in states)


def _item(service: str, kind: str, key: str, resource: Any) -> Item:
    texts = {name: getattr(resource, name, None) for name in _IDENTITIES}
    known = {name: text for name, text in texts.items() if isinstance(text, str)}
    identity = next((known[name] for name in _IDENTITIES if name in known), key)
    return Item(
        service=service,
        type=_WORDS.sub("-", _PREFIX.sub("", kind)).lower(),
        id=identity,
        name=known.get("name", ""),
        arn=known.get("arn", ""),
    )
