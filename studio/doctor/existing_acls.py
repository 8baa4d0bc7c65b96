"""Whether the network ACLs of a VPC let apps reach the endpoints, and the answers come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.endpoint_services import service_name, services
from settings import Settings
from studio.aws.existing_network import ExistingNetwork, Subnet
from studio.doctor.existing_network import (
    HTTPS,
    asking,
    own_subnets,
    require_known,
    services_to_create,
)
from studio.doctor.finding import Finding

_HTTPS = (HTTPS, HTTPS)
_EPHEMERAL = (32768, 60999)
"""The ports that Linux takes for a connection that it opens (ip_local_port_range)."""


def acls(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the ACLs let HTTPS pass between the subnets of apps and those of endpoints."""
    require_known(network, "subnets", "acls")
    found: dict[Finding, None] = {}
    for app in own_subnets(network):
        for subnet_id in _endpoint_subnets(settings, network):
            cidr = network.cidrs_of_subnets.get(subnet_id)
            if subnet_id == app.id or cidr is None:
                continue
            passages = (
                *_of_app(app, cidr),
                (subnet_id, app.cidr, False, _HTTPS),
                (subnet_id, app.cidr, True, _EPHEMERAL),
            )
            found |= dict.fromkeys(_refused(network, passages))
    yield from found


def acls_for_s3(_settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the ACLs let HTTPS pass to S3, whose gateway endpoint has S3's own addresses."""
    require_known(network, "subnets", "acls", "s3-ranges")
    for app in own_subnets(network):
        for cidr in network.s3_ranges:
            yield from _refused(network, _of_app(app, cidr))


Passage = tuple[str, str, bool, tuple[int, int]]
"""A subnet, a peer's range, whether it leaves the subnet, and the ports that it is sent to."""


def _of_app(app: Subnet, cidr: str) -> Iterable[Passage]:
    return ((app.id, cidr, True, _HTTPS), (app.id, cidr, False, _EPHEMERAL))


def _refused(network: ExistingNetwork, passages: Iterable[Passage]) -> Iterator[Finding]:
    for subnet_id, peer, egress, ports in passages:
        acl = network.acls.get(subnet_id)
        if acl is None or acl.lets_through(peer, ports, egress=egress):
            continue
        low, high = ports
        tcp = f"TCP {low}" if low == high else f"TCP {low}-{high}"
        way = f"out of {subnet_id} to" if egress else f"into {subnet_id} from"
        rule = "an outbound rule" if egress else "an inbound rule"
        yield asking(
            f"{acl.id} lets no {tcp} {way} {peer}",
            f"{rule} for {tcp} {'to' if egress else 'from'} {peer} in {acl.id}",
        )


def _endpoint_subnets(settings: Settings, network: ExistingNetwork) -> list[str]:
    """The subnets of the endpoints that exist, and of those that the deployment makes."""
    existing = settings.network.existing_endpoints(settings.features)
    names = {service_name(one, settings.region) for one in services(settings.features)}
    names &= {service_name(one, settings.region) for one in existing}
    found = {
        subnet_id
        for endpoint in network.endpoints
        if endpoint.kind == "Interface" and endpoint.service in names
        for subnet_id in endpoint.subnet_ids
    }
    if services_to_create(settings):
        found |= {subnet.id for subnet in own_subnets(network)}
    return sorted(found)
