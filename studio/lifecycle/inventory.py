"""What belongs to a deployment: by the ids in its state, by tags and keys; what exists twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from settings import Settings
from studio.aws import domain_resources, keys, networks, nfs_groups, nodes
from studio.aws import home_file_systems as homes
from studio.aws.client import Aws
from studio.aws.domain_resources import DomainResource, tagged_domains
from studio.aws.ecr import Ecr
from studio.aws.endpoints import vpc_of
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
    """The resources of a deployment that Terraform created.

    vpc_id: the VPC that the deployment owns; None in an existing VPC, in which other deployments
    may have homes and security groups. duplicate_vpcs, duplicate_keys: those that Terraform created
    a second time because an answer of AWS was lost; nothing uses them. endpoints: ids of the
    interface endpoints. images: names in SageMaker. protected_repositories: those that Terraform
    destroys only when they are empty. key_ids: of the KMS keys in state. keys, resources: the
    number of KMS keys, and of all resources, in the state of each stack.
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
        return self.domain_id is not None or "network" in self.resources


@dataclass(frozen=True, kw_only=True)
class RunningResources:
    """The apps, and their nodes and activations in Systems Manager."""

    apps: list[DomainResource]
    registrations: list[nodes.Registration]


@dataclass(frozen=True, kw_only=True)
class HomeResources:
    """The home file systems and NFS security groups, which can outlive the domain."""

    homes: list[Home]
    groups: list[Group]


@dataclass(frozen=True, kw_only=True)
class LiveResources(RunningResources, HomeResources):
    """What people and SageMaker added. ecr_bytes: the size of each repository with images."""

    spaces: list[DomainResource]
    profiles: list[DomainResource]
    domain: list[DomainResource]
    ecr_bytes: dict[str, int]


def deployed_resources(settings: Settings, deployment: Deployment, aws: Aws) -> DeployedResources:
    """The resources in state, and a domain that an interrupted run did not write to it.

    Raises StepFailed, also if the state is lost; AwsError; WrongDeployment.
    """
    missing_state.require_state(settings, deployment, aws, adopting=True)
    held = deployment.resources([stack.name for stack in deployment.stacks])
    identity.check_resources(settings, held, out=deployment.out)
    vpc_id = next(iter(_ids(held["network"], "aws_vpc")), None)
    domain_id = next(iter(_ids(held["domain"], "aws_sagemaker_domain")), None)
    vpcs = networks.list_networks(aws, deployment=settings.name)
    known = {id_ for each in held.values() for id_ in _ids(each, "aws_kms_key")}
    return DeployedResources(
        domain_id=domain_id or _domain_not_in_state(aws, settings, vpc_id),
        vpc_id=vpc_id,
        duplicate_vpcs=tuple(networks.duplicates(vpcs, in_state=vpc_id)),
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
    # A deployment without KMS keys of its own needs no permission to list them.
    with ignoring("AccessDeniedException", "AccessDenied"):
        found = keys.enabled_keys(aws, deployment=deployment)
        return tuple(key for key in found if not key.used and key.id not in known)
    return ()


def live_resources(aws: Aws, deployed: DeployedResources) -> LiveResources:
    """The resources that Terraform did not create. Raises AwsError."""
    domains = domain_resources.list_resources(aws, domain_resources.DOMAIN)
    ours = _ours(domains, deployed)
    of_homes = _home_resources(aws, deployed, domains)
    return LiveResources(
        apps=_in_domain(aws, domain_resources.APPS, ours),
        spaces=_in_domain(aws, domain_resources.SPACES, ours),
        profiles=_in_domain(aws, domain_resources.PROFILES, ours),
        domain=ours,
        registrations=_registrations(aws, deployed),
        homes=of_homes.homes,
        groups=of_homes.groups,
        ecr_bytes={
            name: size
            for name in deployed.repositories
            if (size := sum(Ecr(aws).image_sizes(name)))
        },
    )


def running_resources(aws: Aws, deployed: DeployedResources) -> RunningResources:
    """The apps and nodes among the live resources. Raises AwsError."""
    domains = domain_resources.list_resources(aws, domain_resources.DOMAIN)
    return RunningResources(
        apps=_in_domain(aws, domain_resources.APPS, _ours(domains, deployed)),
        registrations=_registrations(aws, deployed),
    )


def home_resources(aws: Aws, deployed: DeployedResources) -> HomeResources:
    """The file systems and security groups among the live resources. Raises AwsError."""
    domains = domain_resources.list_resources(aws, domain_resources.DOMAIN)
    return _home_resources(aws, deployed, domains)


def _ours(domains: Iterable[DomainResource], deployed: DeployedResources) -> list[DomainResource]:
    """The deployment's domain, if it exists."""
    return [one for one in domains if one.listed["DomainId"] == deployed.domain_id]


def _in_domain(
    aws: Aws, kind: domain_resources.ResourceType, domains: Iterable[DomainResource]
) -> list[DomainResource]:
    return [
        resource
        for domain in domains
        for resource in domain_resources.list_resources(aws, kind, domain.listed["DomainId"])
    ]


def _registrations(aws: Aws, deployed: DeployedResources) -> list[nodes.Registration]:
    return [one for one in nodes.list_registrations(aws) if one.domain_id == deployed.domain_id]


def _home_resources(
    aws: Aws, deployed: DeployedResources, domains: Iterable[DomainResource]
) -> HomeResources:
    domain_id, live = deployed.domain_id, {domain.listed["DomainId"] for domain in domains}

    def ours(marked: Iterable[_Marked], left: Callable[[_Marked], bool]) -> list[_Marked]:
        return [
            one
            for one in marked
            if one.domain_id == domain_id or (one.domain_id not in live and left(one))
        ]

    # An earlier domain may have left a file system in the deployment's own VPC, or with its key.
    kept = ours(
        homes.list_homes(aws),
        lambda home: home.key_id in deployed.key_ids or deployed.vpc_id in homes.vpc_ids(aws, home),
    )
    earlier = {home.domain_id for home in kept}
    return HomeResources(
        homes=kept,
        groups=ours(
            nfs_groups.list_groups(aws),
            lambda group: group.vpc_id == deployed.vpc_id or group.domain_id in earlier,
        ),
    )


def _ids(
    resources: Iterable[Resource], kind: str, *, only: Callable[[Resource], bool] = lambda _: True
) -> tuple[str, ...]:
    return tuple(
        resource.attributes["id"]
        for resource in resources
        if resource.kind == kind and resource.attributes.get("id") and only(resource)
    )


def _domain_not_in_state(aws: Aws, settings: Settings, vpc_id: str | None) -> str | None:
    """The domain with the deployment's tag in its VPC."""
    for domain_id in tagged_domains(aws, settings.name):
        with ignoring("ResourceNotFound"):
            if vpc_of(aws, domain_id) in (vpc_id, settings.network.vpc_id):
                return domain_id
    return None
