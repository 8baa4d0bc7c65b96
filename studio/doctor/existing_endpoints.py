"""Whether the endpoints of a VPC that somebody else made serve Studio.

Sources: PrivateLink guide, "Access an AWS service using an interface VPC endpoint" and "Control
access to VPC endpoints using endpoint policies".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network

from catalog.endpoint_services import STUDIO, service_name, services
from settings import ConnectMethod, Feature, Settings
from settings.paths import endpoints_file
from studio.aws.existing_network import Endpoint, ExistingNetwork, Group, Subnet
from studio.aws.policies import Decision, Request, decide
from studio.doctor.existing_network import (
    admits_https,
    asking,
    ids,
    own_subnets,
    require_known,
)
from studio.doctor.finding import Finding

_CALLS: Mapping[str, str] = {
    "sagemaker.api": "sagemaker:DescribeApp",
    "sagemaker.runtime": "sagemaker:InvokeEndpoint",
    "ssm": "ssm:UpdateInstanceInformation",
    "ssmmessages": "ssmmessages:CreateControlChannel",
    "ec2messages": "ec2messages:GetMessages",
    "sts": "sts:GetCallerIdentity",
    "logs": "logs:PutLogEvents",
    "ecr.api": "ecr:GetAuthorizationToken",
    "ecr.dkr": "ecr:BatchGetImage",
    "servicecatalog": "servicecatalog:SearchProducts",
    "codeartifact.api": "codeartifact:GetAuthorizationToken",
    "codeartifact.repositories": "codeartifact:ReadFromRepository",
    "git-codecommit": "codecommit:GitPull",
    "kms": "kms:Decrypt",
}
"""A call that an app makes through each endpoint; Studio's own serves browsers."""

_OF_NATIVE_ACCESS = ("ssm", "ssmmessages")
_ACCOUNT_OF_AWS = "000000000000"
"""A placeholder for an account that is not the deployment's."""


def s3(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether each subnet has a route to S3's gateway endpoint, whose policy lets users read."""
    require_known(network, "routes")
    service = f"com.amazonaws.{settings.region}.s3"
    gateways = {
        endpoint.id: endpoint
        for endpoint in network.endpoints
        if (endpoint.service, endpoint.kind) == (service, "Gateway")
    }
    hidden = "endpoints" in network.unknown
    own = own_subnets(network)
    for subnet in own:
        routes = subnet.routes
        if routes is not None and not any(
            route.target in gateways or (hidden and route.target.startswith("vpce-"))
            for route in routes
        ):
            yield asking(
                f"the route table of {subnet.id} has no route to S3",
                f"a gateway endpoint for {service} in the route tables of {ids(own)}",
            )
    for endpoint in gateways.values():
        yield from _policy(settings, network, endpoint, "s3:GetObject")


def endpoints(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the endpoints that exist serve the subnets, and no other one is in the way."""
    require_known(network, "endpoints")
    existing = settings.network.existing_endpoints(settings.features)
    for service in services(settings.features):
        name = service_name(service, settings.region)
        there = [one for one in network.endpoints if (one.service, one.kind) == (name, "Interface")]
        if service in existing:
            yield from _existing(settings, network, service, there)
        elif theirs := [one.id for one in there if one.private_dns and not one.ours]:
            yield Finding(
                found=f"{network.vpc_id} has {theirs[0]} for {name} already, and takes one "
                "endpoint with private DNS for a service",
                fix=f'set network.endpoints = "create-missing", or {_choice(settings, network)}',
            )


def _existing(
    settings: Settings, network: ExistingNetwork, service: str, there: list[Endpoint]
) -> Iterator[Finding]:
    name = service_name(service, settings.region)
    if not there:
        more = _central(network)
        choice = _choice(settings, network)
        otherwise = f"set network.endpoints = {choice}, and `studio up` creates the others"
        if settings.network.finds_endpoints:
            more = f"; {settings.network.found_endpoints[service]} is gone"
            otherwise = (
                f"delete the line of {service} in {endpoints_file(settings.file).name}, and "
                "`studio up` creates it"
            )
        yield asking(
            f"{network.vpc_id} has no endpoint for {name}{more}",
            f"aws ec2 create-vpc-endpoint --vpc-id {network.vpc_id} --vpc-endpoint-type Interface "
            f"--private-dns-enabled --service-name {name} --subnet-ids "
            f"{' '.join(subnet.id for subnet in own_subnets(network))}; or {otherwise}",
        )
        return
    endpoint = next((one for one in there if one.private_dns), there[0])
    if endpoint.state != "available":
        yield asking(f"{endpoint.id} for {name} is {endpoint.state}", "an available endpoint")
    if not endpoint.private_dns:
        yield asking(
            f"{endpoint.id} for {name} has private DNS off",
            f"aws ec2 modify-vpc-endpoint --vpc-endpoint-id {endpoint.id} --private-dns-enabled",
        )
    yield from _reachable(settings, network, endpoint)
    if service != STUDIO:
        yield from _policy(settings, network, endpoint, _CALLS[service])
    if service in _OF_NATIVE_ACCESS and _native(settings):
        yield from _policy_for_native_access(settings, network, endpoint, _CALLS[service])


def _central(network: ExistingNetwork) -> str:
    """A clause about endpoints in a VPC that this one may reach; their names cannot be checked."""
    ways = (
        route.target
        for subnet in own_subnets(network)
        for route in subnet.routes or ()
        if route.target.startswith(("tgw-", "pcx-"))
    )
    way = next(ways, None)
    return f"; endpoints of another VPC, through {way}, are not supported" if way else ""


def _reachable(
    settings: Settings, network: ExistingNetwork, endpoint: Endpoint
) -> Iterator[Finding]:
    if "groups" in network.unknown:
        return
    held = [group for group in network.groups if group.id in endpoint.group_ids]
    apart = [subnet for subnet in own_subnets(network) if not _admits(settings, held, subnet)]
    if apart:
        yield asking(
            f"the security groups of {endpoint.id} ({endpoint.service}) admit no HTTPS from "
            f"{ids(apart)}",
            f"an inbound rule for TCP 443 from {', '.join(subnet.cidr for subnet in apart)} in "
            f"{', '.join(endpoint.group_ids) or 'a security group of the endpoint'}",
        )


def _admits(settings: Settings, held: Iterable[Group], subnet: Subnet) -> bool:
    apps = settings.network.security_group_ids
    return any(
        admits_https(rule, egress=False) and any(_covers(peer, subnet, apps) for peer in rule.peers)
        for group in held
        for rule in group.rules
    )


def _covers(peer: str, subnet: Subnet, apps: Iterable[str]) -> bool:
    if peer.startswith("sg-"):
        return peer in apps
    return "/" in peer and IPv4Network(subnet.cidr).subnet_of(IPv4Network(peer))


def _policy(
    settings: Settings, network: ExistingNetwork, endpoint: Endpoint, action: str
) -> Iterator[Finding]:
    if _refuses(settings, network, endpoint, action, account=network.account):
        yield asking(
            f"the policy of {endpoint.id} ({endpoint.service}) refuses {action} to the roles of "
            f"account {network.account}",
            f"a statement that allows the principals of account {network.account}",
        )


def _policy_for_native_access(
    settings: Settings, network: ExistingNetwork, endpoint: Endpoint, action: str
) -> Iterator[Finding]:
    """SageMaker's node most likely has credentials of an account of AWS (modules/endpoints.py)."""
    if _refuses(settings, network, endpoint, action, account=_ACCOUNT_OF_AWS):
        yield asking(
            f"the policy of {endpoint.id} ({endpoint.service}) admits no other account, which most "
            "likely shuts out SageMaker's remote access",
            f'AWS\'s default policy; or set defaults.connect = "{ConnectMethod.SSH_HELPER}"',
        )


def _refuses(
    settings: Settings, network: ExistingNetwork, endpoint: Endpoint, action: str, *, account: str
) -> bool:
    service = action.partition(":")[0]
    request = Request(
        action=action,
        principal=f"arn:{settings.partition}:iam::{account}:role/{settings.name}-user",
        resource=f"arn:{settings.partition}:{service}:{settings.region}:{account}:any",
        keys={
            "aws:PrincipalAccount": account,
            "aws:SourceVpc": network.vpc_id,
            "aws:PrincipalIsAWSService": "false",
        },
    )
    return bool(endpoint.policy) and decide(endpoint.policy, request) is Decision.DENIED


def _native(settings: Settings) -> bool:
    return Feature.CONNECT in settings.features and any(
        settings.connect(user) is ConnectMethod.NATIVE for user in settings.users
    )


def _choice(settings: Settings, network: ExistingNetwork) -> str:
    """The value of network.endpoints that names what exists."""
    there = {one.service for one in network.endpoints if one.kind == "Interface" and not one.ours}
    names = [
        service
        for service in services(settings.features)
        if service_name(service, settings.region) in there
    ]
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
