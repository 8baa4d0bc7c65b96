"""Examines an existing VPC: DNS, subnets, free addresses, routes to the internet, security groups.

Sources: SageMaker guide, "Connect Studio in a VPC to external resources"; VPC guide, "DNS
attributes for your VPC" and "Responsibilities and permissions for owners and participants".
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from ipaddress import ip_network

from catalog.endpoint_services import services
from settings import Settings
from studio.aws.existing_network import ExistingNetwork, Route, Rule, Subnet
from studio.doctor.finding import Finding, LookupDenied

HTTPS = 443
_ADDRESSES_OF_A_USER = (2, 4)
"""How many addresses the app of a user takes, at least and at most."""
_IPV4 = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")
_PRIVATE = [ip_network(cidr) for cidr in (*_IPV4, "fc00::/7")]


def vpc(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the VPC exists."""
    require_known(network, "vpc")
    if network.owner is None:
        yield ask_for(
            f"{network.vpc_id} does not exist in {settings.region}, account {network.account}, and "
            "is not shared with it",
            "the id of a VPC of this account and region, or to share its subnets with AWS RAM",
        )


def dns(_settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether AWS's names resolve to the endpoints."""
    require_known(network, "dns")
    for attribute, on in (
        ("enable-dns-support", network.dns_support),
        ("enable-dns-hostnames", network.dns_hostnames),
    ):
        if not on:
            yield ask_for(
                f"{attribute} of {network.vpc_id} is off, so AWS's names do not resolve to "
                "endpoints",
                f"aws ec2 modify-vpc-attribute --vpc-id {network.vpc_id} --{attribute}",
            )


def subnets(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the subnets are in the VPC, in zones that offer Studio, and fit new endpoints."""
    require_known(network, "subnets", "zones")
    known = {subnet.id: subnet for subnet in network.subnets}
    for id_ in settings.network.subnet_ids:
        if id_ not in known:
            yield ask_for(
                f"{id_} does not exist in account {network.account}, and is not shared with it",
                f"subnets of {network.vpc_id}",
            )
        elif known[id_].vpc_id != network.vpc_id:
            yield ask_for(
                f"{id_} is in {known[id_].vpc_id}, not in {network.vpc_id}",
                f"subnets of {network.vpc_id}",
            )
        elif known[id_].zone not in network.zones:
            yield ask_for(
                f"{id_} is in {known[id_].zone}, where SageMaker has no endpoint",
                f"a subnet in one of {', '.join(sorted(network.zones))}",
            )
    if services_to_create(settings):
        yield from _examine_for_new_endpoints(settings, network)


def addresses(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the subnets have addresses for the users, and before `studio up` for the rest."""
    require_known(network, "subnets")
    own = configured_subnets(network)
    if not own:
        return
    free = sum(subnet.free for subnet in own)
    least, most = _ADDRESSES_OF_A_USER
    if network.deployed:
        if free < least:
            yield ask_for(
                f"{free} free addresses in {ids_of(own)}: no other app can start",
                f"larger subnets: the app of a user takes {least} to {most} addresses",
            )
        return
    endpoints, placed = len(services_to_create(settings)), settings.network.endpoint_subnets
    # Each subnet has a mount target, and all endpoints unless network.endpoint_zones omits subnets.
    fixed = len(own) + endpoints * placed
    each = 1 + (endpoints if placed == len(own) else 0)
    needed = fixed + most * len(settings.users)
    if free < needed:
        yield ask_for(
            f"{free} free addresses in {ids_of(own)}, {needed} are needed: {most} for each of "
            f"{len(settings.users)} users, {fixed} for endpoints and the file system",
            f"subnets with {needed} free addresses",
        )
    elif small := [subnet for subnet in own if subnet.free < each]:
        yield ask_for(
            f"{small[0].free} free addresses in {small[0].id}, {each} are needed for endpoints and "
            "the file system",
            f"{each} free addresses in each subnet",
        )


def internet(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether no subnet has a route to the internet, unless the settings allow it."""
    if settings.network.allow_internet:
        return
    for route in internet_routes(network):
        yield ask_for(
            f"not private: {route}",
            "subnets without such a route; network.allow_internet = true accepts it",
        )


def internet_routes(network: ExistingNetwork) -> list[str]:
    """Each route of a subnet to public addresses, and each subnet whose routes are unknown."""
    found = []
    for subnet in configured_subnets(network):
        if subnet.routes is None:
            why = network.unknown.get("routes", "another account owns its route table")
            found.append(f"the routes of {subnet.id} cannot be looked up ({why})")
        found += [
            f"{subnet.id} reaches {route.destination} through {route.target or 'a hidden target'}"
            for route in subnet.routes or ()
            if _is_public(route)
        ]
    return found


def groups(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the security groups of the settings allow outbound HTTPS."""
    chosen = settings.network.security_group_ids
    if not chosen:
        return
    require_known(network, "groups")
    known = {group.id: group for group in network.groups}
    for id_ in chosen:
        if id_ not in known:
            yield ask_for(
                f"{id_} is not a security group of {network.vpc_id}",
                f"security groups of {network.vpc_id} in account {network.account}",
            )
    found = [known[id_] for id_ in chosen if id_ in known]
    if found and not any(allows_https(rule, egress=True) for each in found for rule in each.rules):
        yield ask_for(
            f"{', '.join(group.id for group in found)} allow no outbound HTTPS",
            "an outbound rule for TCP 443 to the endpoints and to S3's prefix list",
        )


def ask_for(found: str, wanted: str) -> Finding:
    """A finding that the network team can fix."""
    return Finding(found=found, fix=f"ask the network team for {wanted}")


def require_known(network: ExistingNetwork, *names: str) -> None:
    """Raises LookupDenied if AWS denied a call for one of these."""
    for name in names:
        if name in network.unknown:
            raise LookupDenied(f"cannot be looked up: {network.unknown[name]}")


def configured_subnets(network: ExistingNetwork) -> list[Subnet]:
    """The subnets of the settings that are in the VPC."""
    return [subnet for subnet in network.subnets if subnet.vpc_id == network.vpc_id]


def ids_of(found: Iterable[Subnet]) -> str:
    """The ids of subnets, in one line."""
    return ", ".join(subnet.id for subnet in found)


def allows_https(rule: Rule, *, egress: bool) -> bool:
    """Whether a rule allows HTTPS in this direction, for some peers."""
    low, high = rule.ports or (HTTPS, HTTPS)
    return rule.egress is egress and low <= HTTPS <= high


def services_to_create(settings: Settings) -> list[str]:
    """The short names of the services whose endpoints the deployment creates."""
    existing = settings.network.existing_endpoints(settings.features)
    return [service for service in services(settings.features) if service not in existing]


def _examine_for_new_endpoints(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    own = configured_subnets(network)
    for zone, count in Counter(subnet.zone for subnet in own).items():
        if count > 1:
            yield ask_for(
                f"{count} subnets are in {zone}; an endpoint takes one in each zone",
                f'one subnet in {zone}, or the endpoints (network.endpoints = "existing")',
            )
    shared = [subnet for subnet in own if subnet.owner != network.account]
    if shared:
        yield ask_for(
            f"{ids_of(shared)}: only their owner, account {shared[0].owner}, can create endpoints",
            f"endpoints for {', '.join(services_to_create(settings))}, then set "
            'network.endpoints = "existing"',
        )


def _is_public(route: Route) -> bool:
    try:
        destination = ip_network(route.destination)
    except ValueError:
        # The ranges of a prefix list are unknown, but a gateway endpoint leads to its service only.
        # That of a Gateway Load Balancer or a firewall can be the way to any range:
        # https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html
        return not route.target.startswith("vpce-")
    return route.target != "local" and not any(
        destination.version == block.version and destination.subnet_of(block)  # type: ignore[arg-type]
        for block in _PRIVATE
    )
