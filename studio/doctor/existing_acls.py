"""Examines the network ACLs of an existing VPC."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from catalog.endpoint_services import service_name
from settings import Settings
from studio.aws.existing_network import ExistingNetwork, Subnet
from studio.doctor.existing_network import (
    HTTPS,
    ask_for,
    configured_subnets,
    require_known,
    services_to_create,
)
from studio.doctor.finding import Finding

_HTTPS = (HTTPS, HTTPS)
_EPHEMERAL = (32768, 60999)
"""Linux's default range of ephemeral ports (ip_local_port_range)."""


class Traffic(NamedTuple):
    """TCP traffic of a subnet. cidr: the peer. ports: the range of the destination ports."""

    subnet_id: str
    cidr: str
    egress: bool
    ports: tuple[int, int]


def acls(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the ACLs allow HTTPS from the subnets of apps to the subnets of endpoints."""
    require_known(network, "subnets", "acls")
    found: dict[Finding, None] = {}
    for app in configured_subnets(network):
        for subnet_id in _endpoint_subnets(settings, network):
            cidr = network.cidrs_of_subnets.get(subnet_id)
            if subnet_id == app.id or cidr is None:
                continue
            traffic = (
                *_app_traffic(app, cidr),
                Traffic(subnet_id, app.cidr, False, _HTTPS),
                Traffic(subnet_id, app.cidr, True, _EPHEMERAL),
            )
            found |= dict.fromkeys(_denied(network, traffic))
    yield from found


def acls_for_s3(_settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the ACLs allow HTTPS to S3, whose gateway endpoint keeps S3's public addresses."""
    require_known(network, "subnets", "acls", "s3-ranges")
    for app in configured_subnets(network):
        for cidr in network.s3_ranges:
            yield from _denied(network, _app_traffic(app, cidr))


def _app_traffic(app: Subnet, cidr: str) -> tuple[Traffic, Traffic]:
    return Traffic(app.id, cidr, True, _HTTPS), Traffic(app.id, cidr, False, _EPHEMERAL)


def _denied(network: ExistingNetwork, traffic: Iterable[Traffic]) -> Iterator[Finding]:
    for subnet_id, cidr, egress, ports in traffic:
        acl = network.acls.get(subnet_id)
        if acl is None or acl.allows(cidr, ports, egress=egress):
            continue
        low, high = ports
        tcp = f"TCP {low}" if low == high else f"TCP {low}-{high}"
        direction, preposition = ("outbound", "to") if egress else ("inbound", "from")
        yield ask_for(
            f"{acl.id} of {subnet_id} denies {direction} {tcp} {preposition} {cidr}",
            f"an {direction} rule for {tcp} {preposition} {cidr} in {acl.id}",
        )


def _endpoint_subnets(settings: Settings, network: ExistingNetwork) -> list[str]:
    """The subnets of existing endpoints, and of those that the deployment creates."""
    existing = settings.network.existing_endpoints(settings.features)
    names = {service_name(service, settings.region) for service in existing}
    found = {
        subnet_id
        for endpoint in network.endpoints
        if endpoint.kind == "Interface" and endpoint.service in names
        for subnet_id in endpoint.subnet_ids
    }
    if services_to_create(settings):
        found |= {subnet.id for subnet in configured_subnets(network)}
    return sorted(found)
