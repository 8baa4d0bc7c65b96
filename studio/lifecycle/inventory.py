"""What belongs to a deployment: by the ids in its state, and by tags that name its domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from catalog.names import DEPLOYMENT_TAG
from settings import Settings
from studio.aws import domain_resources, keys, networks, nfs_groups, nodes
from studio.aws import home_file_systems as homes
from studio.aws.client import Aws
from studio.aws.domain_resources import DomainResource
from studio.aws.errors import ignoring
from studio.aws.home_file_systems import Home
from studio.aws.nfs_groups import Group
from studio.lifecycle import identity
from studio.lifecycle.recovery import missing_state
from studio.terraform.deployment import Deployment
from studio.terraform.state.files import Resource

_Marked = TypeVar("_Marked", Home, Group)


@dataclass(frozen=True, kw_only=True)
class DeployedResources:
    """What Terraform made. domain_id: None where there is none, or not any more.

    vpc_id: the VPC that the deployment owns; None where it exists no more, and where the settings
    name somebody else's, in which other deployments may have homes and groups.

    duplicate_vpcs: empty VPCs that AWS created a second time, because an answer was lost.
    duplicate_keys: KMS keys likewise; nothing uses them.
    endpoints: ids of the interface endpoints, which are billed by the hour. images: SageMaker's
    names. protected_repositories: those that Terraform destroys only when they are empty. keys,
    resources: how many KMS keys, and resources, each stack's state holds. key_ids: of these keys.
    """

    domain_id: str | None
    vpc_id: str | None
    duplicate_vpcs: tuple[networks.Network, ...] = ()
    duplicate_keys: tuple[keys.Key, ...] = ()
    endpoints: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    protected_repositories: tuple[str, ...] = ()
    keys: dict[str, int] = field(default_factory=dict)
    key_ids: frozenset[str] = frozenset()
    resources: dict[str, int] = field(default_factory=dict)

    @property
    def deployed(self) -> bool:
        """Whether there is a network or a domain."""
        return self.domain_id is not None or "network" in self.resources


@dataclass(frozen=True, kw_only=True)
class LiveResources:
    """What people and SageMaker added. ecr_bytes: by repository, of those with images."""

    apps: list[DomainResource]
    spaces: list[DomainResource]
    profiles: list[DomainResource]
    domain: list[DomainResource]
    registrations: list[nodes.Registration]
    homes: list[Home]
    groups: list[Group]
    ecr_bytes: dict[str, int]


def deployed_resources(settings: Settings, deployment: Deployment, aws: Aws) -> DeployedResources:
    """What the state holds, and a domain that an interrupted run did not write to it.

    Raises StepFailed, also where the state is lost; AwsError; WrongDeployment.
    """
    missing_state.require_state(settings, deployment, aws, adopting=True)
    held = deployment.resources([stack.name for stack in deployment.stacks])
    identity.check_resources(settings, held, out=deployment.out)
    vpc_id = next(iter(_ids(held["network"], "aws_vpc")), None)
    domain_id = next(iter(_ids(held["domain"], "aws_sagemaker_domain")), None)
    known = {id_ for each in held.values() for id_ in _ids(each, "aws_kms_key")}
    return DeployedResources(
        domain_id=domain_id or _unwritten(aws, settings, vpc_id=vpc_id, begun=any(held.values())),
        vpc_id=vpc_id,
        duplicate_vpcs=tuple(
            network
            for network in networks.list_networks(aws, deployment=settings.name)
            if network.empty and vpc_id is not None and network.id != vpc_id
        ),
        duplicate_keys=_duplicate_keys(aws, settings.name, known),
        endpoints=_ids(
            held["network"],
            "aws_vpc_endpoint",
            only=lambda endpoint: endpoint.attributes.get("vpc_endpoint_type") == "Interface",
        ),
        images=_ids(held["image"], "aws_sagemaker_image"),
        repositories=_ids(held["ecr"], "aws_ecr_repository"),
        protected_repositories=_ids(
            held["ecr"],
            "aws_ecr_repository",
            only=lambda repository: not repository.attributes.get("force_delete"),
        ),
        key_ids=frozenset(known),
        keys={stack: len(_ids(resources, "aws_kms_key")) for stack, resources in held.items()},
        resources={stack: len(resources) for stack, resources in held.items() if resources},
    )


def _duplicate_keys(aws: Aws, deployment: str, known: set[str]) -> tuple[keys.Key, ...]:
    """None where the credentials may not look: a deployment need not have keys of its own."""
    with ignoring("AccessDeniedException", "AccessDenied"):
        return tuple(
            key
            for key in keys.enabled_keys(aws)
            if key.deployment == deployment and not key.used and key.id not in known
        )
    return ()


def live_resources(aws: Aws, found: DeployedResources) -> LiveResources:
    """What there is on AWS beside Terraform's resources. Raises AwsError."""
    domain_id = found.domain_id
    live = {domain["DomainId"] for domain in aws.all("sagemaker", "list_domains", "Domains")}

    def things(kind: domain_resources.ResourceType) -> list[DomainResource]:
        return (
            domain_resources.list_resources(aws, kind, domain_id)
            if domain_id in live and domain_id
            else []
        )

    def ours(marked: Iterable[_Marked], left: Callable[[_Marked], bool]) -> list[_Marked]:
        return [
            one
            for one in marked
            if one.domain_id == domain_id or (one.domain_id not in live and left(one))
        ]

    # What an earlier domain left in this deployment's own VPC, or under its own key, is the
    # deployment's too.
    kept = ours(
        homes.list_homes(aws),
        lambda home: found.vpc_id in home.vpc_ids or home.key_id in found.key_ids,
    )
    earlier = {home.domain_id for home in kept}
    return LiveResources(
        apps=things(domain_resources.APPS),
        spaces=things(domain_resources.SPACES),
        profiles=things(domain_resources.PROFILES),
        domain=things(domain_resources.DOMAIN),
        registrations=[one for one in nodes.list_registrations(aws) if one.domain_id == domain_id],
        homes=kept,
        groups=ours(
            nfs_groups.list_groups(aws),
            lambda group: group.vpc_id == found.vpc_id or group.domain_id in earlier,
        ),
        ecr_bytes={name: size for name in found.repositories if (size := _stored(aws, name))},
    )


def _ids(
    resources: Iterable[Resource], kind: str, *, only: Callable[[Resource], bool] = lambda _: True
) -> tuple[str, ...]:
    return tuple(
        resource.attributes["id"]
        for resource in resources
        if resource.kind == kind and resource.attributes.get("id") and only(resource)
    )


def _unwritten(aws: Aws, settings: Settings, *, vpc_id: str | None, begun: bool) -> str | None:
    """The domain of the deployment's name in its VPC; begun: whether the state holds anything.

    In a VPC that the deployment does not own, the domain has to carry its tag.
    """
    if not begun or not (vpc_id or settings.network.vpc_id):
        return None
    sagemaker = aws.client("sagemaker")
    for domain in aws.all("sagemaker", "list_domains", "Domains"):
        if domain["DomainName"] != settings.name:
            continue
        with ignoring("ResourceNotFound"):
            place = sagemaker.describe_domain(DomainId=domain["DomainId"])["VpcId"]
            if place == vpc_id or (
                place == settings.network.vpc_id and _tagged(aws, domain["DomainArn"], settings)
            ):
                return str(domain["DomainId"])
    return None


def _tagged(aws: Aws, arn: str, settings: Settings) -> bool:
    tags = aws.all("sagemaker", "list_tags", "Tags", ResourceArn=arn)
    return {"Key": DEPLOYMENT_TAG, "Value": settings.name} in tags


def _stored(aws: Aws, repository: str) -> int:
    with ignoring("RepositoryNotFoundException"):
        images = aws.all("ecr", "describe_images", "imageDetails", repositoryName=repository)
        return sum(image.get("imageSizeInBytes", 0) for image in images)
    return 0
