"""Whether a VPC that somebody else made suits Studio: pure functions over what AWS describes.

Sources: SageMaker guide, "Connect Studio in a VPC to external resources"; VPC guide, "DNS
attributes for your VPC" and "Responsibilities and permissions for owners and participants".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, ip_network

from catalog.endpoint_services import services
from settings import Settings
from studio.aws.existing_network import ExistingNetwork, Route, Rule, Subnet
from studio.doctor.finding import Finding, Unknown

ADDRESSES_OF_A_USER = (2, 4)
"""How many addresses a running user takes, at least and at most."""

HTTPS = 443
_PRIVATE = tuple(
    IPv4Network(block)
    for block in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
    )
)
_PRIVATE_IPV6 = "fc00::/7"


def vpc(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether AWS knows the VPC."""
    require_known(network, "vpc")
    if network.owner is None:
        yield asking(
            f"{network.vpc_id} does not exist in {settings.region}, account {network.account}, and "
            "is not shared with it",
            "the id of a VPC of this account and region, or for its subnets to be shared with AWS "
            "RAM",
        )


def dns(_settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether AWS's names resolve to the endpoints."""
    require_known(network, "dns")
    for attribute, on in (
        ("enable-dns-support", network.dns_support),
        ("enable-dns-hostnames", network.dns_hostnames),
    ):
        if not on:
            yield asking(
                f"{attribute} of {network.vpc_id} is off, and AWS's names do not resolve to "
                "endpoints",
                f"aws ec2 modify-vpc-attribute --vpc-id {network.vpc_id} --{attribute}",
            )


def subnets(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the subnets are in this VPC, and in zones that offer Studio."""
    require_known(network, "subnets", "zones")
    known = {subnet.id: subnet for subnet in network.subnets}
    for id_ in settings.network.subnet_ids:
        if id_ not in known:
            yield asking(
                f"{id_} does not exist in account {network.account}, and is not shared with it",
                f"subnets of {network.vpc_id}",
            )
        elif known[id_].vpc_id != network.vpc_id:
            yield asking(
                f"{id_} is in {known[id_].vpc_id}, not in {network.vpc_id}",
                f"subnets of {network.vpc_id}",
            )
        elif known[id_].zone not in network.zones:
            yield asking(
                f"{id_} is in {known[id_].zone}, where SageMaker has no endpoint",
                f"a subnet in one of {', '.join(sorted(network.zones))}",
            )
    if services_to_create(settings):
        yield from _for_new_endpoints(settings, network)


def addresses(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether there are addresses for the users, and for what is not there yet."""
    require_known(network, "subnets")
    own = own_subnets(network)
    if not own:
        return
    free = sum(subnet.free for subnet in own)
    least, most = ADDRESSES_OF_A_USER
    if network.deployed:
        if free < least:
            yield asking(
                f"{free} free addresses in {ids(own)}: no further app can start",
                f"larger subnets: a running user takes {least} to {most} addresses",
            )
        return
    # A mount target and the endpoints, in each subnet.
    fixed = len(own) * (1 + len(services_to_create(settings)))
    needed = fixed + most * len(settings.users)
    if free < needed:
        yield asking(
            f"{free} free addresses in {ids(own)}, {needed} are needed: {most} for each of "
            f"{len(settings.users)} users, {fixed} for endpoints and the file system",
            f"subnets with {needed} free addresses",
        )


def internet(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the subnets have no way to the internet, unless the settings allow one."""
    if settings.network.allow_internet:
        return
    for way in ways_out(network):
        yield asking(
            f"not private: {way}",
            "subnets without such a route; network.allow_internet = true accepts it",
        )


def ways_out(network: ExistingNetwork) -> list[str]:
    """Each route that leads a subnet to public addresses, and each subnet whose routes are hidden.

    Privacy that cannot be measured is not assumed.
    """
    found = []
    for subnet in own_subnets(network):
        if subnet.routes is None:
            why = network.unknown.get("routes", "another account owns its route table")
            found.append(f"the routes of {subnet.id} cannot be looked up ({why})")
        found += [
            f"{subnet.id} reaches {route.destination} through {route.target or 'a hidden target'}"
            for route in subnet.routes or ()
            if _leads_out(route)
        ]
    return found


def groups(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the security groups of the settings let apps reach AWS."""
    chosen = settings.network.security_group_ids
    if not chosen:
        return
    require_known(network, "groups")
    known = {group.id: group for group in network.groups}
    for id_ in chosen:
        if id_ not in known:
            yield asking(
                f"{id_} is no security group of {network.vpc_id}",
                f"security groups of {network.vpc_id} in account {network.account}",
            )
    there = [known[id_] for id_ in chosen if id_ in known]
    if there and not any(admits_https(rule, egress=True) for each in there for rule in each.rules):
        yield asking(
            f"{', '.join(group.id for group in there)} let no HTTPS out",
            "an outbound rule for TCP 443 to the endpoints and to S3's prefix list",
        )


def asking(found: str, wanted: str) -> Finding:
    """A finding that the network team can fix."""
    return Finding(found=found, fix=f"ask the network team for {wanted}")


def require_known(network: ExistingNetwork, *names: str) -> None:
    """Raise Unknown if one of these could not be looked up."""
    for name in names:
        if name in network.unknown:
            raise Unknown(f"cannot be looked up: {network.unknown[name]}")


def own_subnets(network: ExistingNetwork) -> list[Subnet]:
    """The subnets that are in the VPC."""
    return [subnet for subnet in network.subnets if subnet.vpc_id == network.vpc_id]


def ids(found: Iterable[Subnet]) -> str:
    """Their ids, in one line."""
    return ", ".join(subnet.id for subnet in found)


def admits_https(rule: Rule, *, egress: bool) -> bool:
    """Whether a rule of this direction is about HTTPS."""
    low, high = rule.ports or (HTTPS, HTTPS)
    return rule.egress is egress and low <= HTTPS <= high


def services_to_create(settings: Settings) -> list[str]:
    """The short names of the endpoints that the deployment makes."""
    existing = settings.network.existing_endpoints(settings.features)
    return [service for service in services(settings.features) if service not in existing]


def _for_new_endpoints(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    own = own_subnets(network)
    for zone, count in Counter(subnet.zone for subnet in own).items():
        if count > 1:
            yield asking(
                f"{count} subnets are in {zone}, and an endpoint takes one for each zone",
                f'one subnet in {zone}, or the endpoints (network.endpoints = "existing")',
            )
    shared = [subnet for subnet in own if subnet.owner != network.account]
    if shared:
        yield asking(
            f"{ids(shared)}: shared by account {shared[0].owner}, which alone can create endpoints",
            f"endpoints for {', '.join(services_to_create(settings))}, then set "
            'network.endpoints = "existing"',
        )


def _leads_out(route: Route) -> bool:
    if route.target == "local" or route.target.startswith("vpce-"):
        return False
    try:
        destination = ip_network(route.destination)
    except ValueError:
        # A prefix list, whose ranges only its owner knows.
        return True
    if isinstance(destination, IPv4Network):
        return not any(destination.subnet_of(block) for block in _PRIVATE)
    return not destination.subnet_of(type(destination)(_PRIVATE_IPV6))
