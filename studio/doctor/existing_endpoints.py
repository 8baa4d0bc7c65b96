"""Which existing endpoints are refused: by state, private DNS, security groups or policy.

Sources: PrivateLink guide, "Access an AWS service using an interface VPC endpoint" and "Control
access to VPC endpoints using endpoint policies".
"""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network

from catalog.endpoint_services import STUDIO, service_name, services
from settings import ConnectMethod, Settings
from studio.aws.existing_network import Endpoint, ExistingNetwork, Group, Subnet
from studio.aws.policies import Decision, Request, decide
from studio.doctor.existing_network import (
    allows_https,
    ask_for,
    configured_subnets,
    ids_of,
    require_known,
)
from studio.doctor.finding import Finding
from studio.doctor.found_endpoints import deleted_endpoint

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
"""An action that apps call through each endpoint. Browsers use the endpoint of STUDIO."""

_REMOTE_ACCESS = ("ssm", "ssmmessages")
_AWS_ACCOUNT = "000000000000"
"""A placeholder for an account that belongs to AWS."""


def s3(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether each subnet has a route to an S3 gateway endpoint, and its policy allows reads."""
    require_known(network, "routes")
    service = f"com.amazonaws.{settings.region}.s3"
    gateways = {
        endpoint.id: endpoint
        for endpoint in network.endpoints
        if (endpoint.service, endpoint.kind) == (service, "Gateway")
    }
    hidden = "endpoints" in network.unknown
    own = configured_subnets(network)
    for subnet in own:
        routes = subnet.routes
        if routes is not None and not any(
            route.target in gateways or (hidden and route.target.startswith("vpce-"))
            for route in routes
        ):
            yield ask_for(
                f"the route table of {subnet.id} has no route to S3",
                f"a gateway endpoint for {service} in the route tables of {ids_of(own)}",
            )
    for endpoint in gateways.values():
        yield from _examine_policy(settings, network, endpoint, "s3:GetObject")


def endpoints(settings: Settings, network: ExistingNetwork) -> Iterator[Finding]:
    """Whether the existing endpoints serve the subnets, and do not conflict with new ones."""
    require_known(network, "endpoints")
    existing = settings.network.existing_endpoints(settings.features)
    for service in services(settings.features):
        name = service_name(service, settings.region)
        found = [one for one in network.endpoints if (one.service, one.kind) == (name, "Interface")]
        if service in existing:
            yield from _examine(settings, network, service, found)
        elif ids := [one.id for one in found if one.private_dns and not one.ours]:
            yield Finding(
                found=f"{network.vpc_id} already has {ids[0]} for {name}, and AWS allows one "
                "endpoint with private DNS for each service",
                fix='set network.endpoints = "create-missing", or '
                f"{_existing_services(settings, network)}",
            )


def _examine(
    settings: Settings, network: ExistingNetwork, service: str, found: list[Endpoint]
) -> Iterator[Finding]:
    name = service_name(service, settings.region)
    if not found:
        note = _central_endpoints(network)
        services = _existing_services(settings, network)
        alternative = f"set network.endpoints = {services}, and `studio up` creates the others"
        if settings.network.finds_endpoints:
            note, alternative = deleted_endpoint(settings, service)
        yield ask_for(
            f"{network.vpc_id} has no endpoint for {name}{note}",
            f"aws ec2 create-vpc-endpoint --vpc-id {network.vpc_id} --vpc-endpoint-type Interface "
            f"--private-dns-enabled --service-name {name} --subnet-ids "
            f"{' '.join(subnet.id for subnet in configured_subnets(network))}; or {alternative}",
        )
        return
    endpoint = next((one for one in found if one.private_dns), found[0])
    if endpoint.state != "available":
        yield ask_for(f"{endpoint.id} for {name} is {endpoint.state}", "an available endpoint")
    if not endpoint.private_dns:
        yield ask_for(
            f"{endpoint.id} for {name} has private DNS off",
            f"aws ec2 modify-vpc-endpoint --vpc-endpoint-id {endpoint.id} --private-dns-enabled",
        )
    yield from _examine_groups(settings, network, endpoint)
    if service != STUDIO:
        yield from _examine_policy(settings, network, endpoint, _CALLS[service])
    # The node of remote access most likely has credentials of AWS's account (modules/endpoints.py).
    if (
        service in _REMOTE_ACCESS
        and ConnectMethod.NATIVE in settings.connect_methods()
        and _denies(settings, network, endpoint, _CALLS[service], account=_AWS_ACCOUNT)
    ):
        yield ask_for(
            f"the policy of {endpoint.id} ({endpoint.service}) allows no other account, which most "
            "likely blocks SageMaker's remote access",
            f'AWS\'s default policy; or set defaults.connect = "{ConnectMethod.SSH_HELPER}"',
        )


def _central_endpoints(network: ExistingNetwork) -> str:
    """A note if the subnets have a route to another VPC, whose endpoints cannot be examined."""
    targets = (
        route.target
        for subnet in configured_subnets(network)
        for route in subnet.routes or ()
        if route.target.startswith(("tgw-", "pcx-"))
    )
    target = next(targets, None)
    return f"; endpoints of another VPC, through {target}, are not supported" if target else ""


def _examine_groups(
    settings: Settings, network: ExistingNetwork, endpoint: Endpoint
) -> Iterator[Finding]:
    if "groups" in network.unknown:
        return
    groups = [group for group in network.groups if group.id in endpoint.group_ids]
    blocked = [
        subnet for subnet in configured_subnets(network) if not _allows(settings, groups, subnet)
    ]
    if blocked:
        yield ask_for(
            f"the security groups of {endpoint.id} ({endpoint.service}) allow no HTTPS from "
            f"{ids_of(blocked)}",
            f"an inbound rule for TCP 443 from {', '.join(subnet.cidr for subnet in blocked)} in "
            f"{', '.join(endpoint.group_ids) or 'a security group of the endpoint'}",
        )


def _allows(settings: Settings, groups: Iterable[Group], subnet: Subnet) -> bool:
    return any(
        allows_https(rule, egress=False)
        and any(_covers(peer, subnet, settings.network.security_group_ids) for peer in rule.peers)
        for group in groups
        for rule in group.rules
    )


def _covers(peer: str, subnet: Subnet, app_groups: Iterable[str]) -> bool:
    if peer.startswith("sg-"):
        return peer in app_groups
    return "/" in peer and IPv4Network(subnet.cidr).subnet_of(IPv4Network(peer))


def _examine_policy(
    settings: Settings, network: ExistingNetwork, endpoint: Endpoint, action: str
) -> Iterator[Finding]:
    if _denies(settings, network, endpoint, action, account=network.account):
        yield ask_for(
            f"the policy of {endpoint.id} ({endpoint.service}) denies {action} to the roles of "
            f"account {network.account}",
            f"a statement that allows the principals of account {network.account}",
        )


def _denies(
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


def _existing_services(settings: Settings, network: ExistingNetwork) -> str:
    """The value of network.endpoints that lists the existing endpoints."""
    found = {one.service for one in network.endpoints if one.kind == "Interface" and not one.ours}
    names = [
        f'"{service}"'
        for service in services(settings.features)
        if service_name(service, settings.region) in found
    ]
    return f"[{', '.join(names)}]"
