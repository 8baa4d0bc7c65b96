"""What belongs to a deployment: by the ids in its state, by tags and keys; what exists twice."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from settings import Settings
from studio.aws import domain_resources, home_file_systems, keys, networks, nfs_groups, nodes
from studio.aws.client import Aws
from studio.aws.domain_resources import DomainResource, tagged_domains
from studio.aws.ecr import Ecr
from studio.aws.endpoints import existing, vpc_of
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

    name: of the deployment. vpc_id: the VPC that the deployment owns; None in an existing VPC, in
    which other deployments may have homes and security groups. existing_vpc_id: that of the
    settings. duplicate_vpcs, duplicate_keys: those that Terraform created a second time because an
    answer of AWS was lost; nothing uses them. endpoints: ids of the interface endpoints. images:
    names in SageMaker. protected_repositories: those that Terraform destroys only when they are
    empty. key_ids: of the KMS keys in state. keys, resources: the number of KMS keys, and of all
    resources, in the state of each stack.
    """

    name: str
    domain_id: str | None
    vpc_id: str | None
    existing_vpc_id: str = ""
    duplicate_vpcs: tuple[networks.Network, ...] = ()
    duplicate_keys: tuple[keys.Key, ...] = ()
    endpoints: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    protected_repositories: tuple[str, ...] = ()
    keys: dict[str, int] = field(default_factory=dict)
    key_ids: frozenset[str] = frozenset()
    resources: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LiveResources:
    """What exists of a deployment, and what people and SageMaker added; read at the first use.

    registrations: the nodes and activations of apps. homes, groups: the home file systems and NFS
    security groups, which can outlive the domain. ecr_bytes: the size of each repository with
    images. Every property raises AwsError.
    """

    aws: Aws
    deployed: DeployedResources

    @cached_property
    def apps(self) -> list[DomainResource]:
        return self._in_domain(domain_resources.APPS)

    @cached_property
    def spaces(self) -> list[DomainResource]:
        return self._in_domain(domain_resources.SPACES)

    @cached_property
    def profiles(self) -> list[DomainResource]:
        return self._in_domain(domain_resources.PROFILES)

    @cached_property
    def domain(self) -> list[DomainResource]:
        """The deployment's domain, if it exists."""
        own = self.deployed.domain_id
        return [one for one in self._domains if one.listed["DomainId"] == own]

    @cached_property
    def registrations(self) -> list[nodes.Registration]:
        own = self.deployed.domain_id
        return [one for one in nodes.list_registrations(self.aws) if one.domain_id == own]

    @cached_property
    def homes(self) -> list[Home]:
        # An earlier domain may have left one with the deployment's key, or in the VPC that the
        # deployment created, which others can use as an existing one.
        return self._ours(
            self._all_homes,
            lambda home: (
                home.key_id in self.deployed.key_ids
                or (
                    self.deployed.vpc_id in home_file_systems.vpc_ids(self.aws, home)
                    and not keys.may_be_of_another(self.aws, home.key_id, self.deployed.name)
                )
            ),
        )

    @cached_property
    def groups(self) -> list[Group]:
        ours = {home.domain_id for home in self.homes}
        # A domain without a home does not show whose it was: then the VPC decides.
        others = {home.domain_id for home in self._all_homes} - ours
        return self._ours(
            nfs_groups.list_groups(self.aws),
            lambda group: (
                group.domain_id in ours
                or (group.vpc_id == self.deployed.vpc_id and group.domain_id not in others)
            ),
        )

    @cached_property
    def other_domains(self) -> list[str]:
        """The other domains in the deployment's VPC, which use its endpoints too: NAME (ID)."""
        found = []
        for one in self._domains:
            id_, name = one.listed["DomainId"], one.listed["DomainName"]
            with ignoring("ResourceNotFound"):
                if id_ != self.deployed.domain_id and (
                    vpc_of(self.aws, id_) in (self.deployed.vpc_id, self.deployed.existing_vpc_id)
                ):
                    found.append(f"domain {name} ({id_})")
        return found

    @cached_property
    def other_homes(self) -> list[str]:
        """The homes that domains of other deployments left in the deployment's own VPC."""
        live = {one.listed["DomainId"] for one in self._domains}
        return [
            f"home file system {home.id}"
            for home in self._all_homes
            if home not in self.homes
            and home.domain_id not in live
            and self.deployed.vpc_id in home_file_systems.vpc_ids(self.aws, home)
        ]

    @cached_property
    def endpoints(self) -> tuple[str, ...]:
        """The ids of the interface endpoints that exist: `down` and `pause` delete them."""
        return existing(self.aws, self.deployed.endpoints)

    @cached_property
    def ecr_bytes(self) -> dict[str, int]:
        names = self.deployed.repositories
        sizes = {name: sum(Ecr(self.aws).image_sizes(name)) for name in names}
        return {name: size for name, size in sizes.items() if size}

    @cached_property
    def _all_homes(self) -> list[Home]:
        return home_file_systems.list_homes(self.aws)

    @cached_property
    def _domains(self) -> list[DomainResource]:
        return domain_resources.list_resources(self.aws, domain_resources.DOMAIN)

    def _in_domain(self, kind: domain_resources.ResourceType) -> list[DomainResource]:
        own = self.deployed.domain_id
        return domain_resources.list_resources(self.aws, kind, own) if self.domain else []

    def _ours(self, found: Iterable[_Marked], was_ours: Callable[[_Marked], bool]) -> list[_Marked]:
        """Those of the deployment's domain, and of deleted domains if ``was_ours``."""
        own, live = self.deployed.domain_id, {one.listed["DomainId"] for one in self._domains}
        return [
            one
            for one in found
            if one.domain_id == own or (one.domain_id not in live and was_ours(one))
        ]


def deployed_resources(settings: Settings, deployment: Deployment, aws: Aws) -> DeployedResources:
    """The resources in state, and a domain that an interrupted run did not write to it.

    First imports what an interrupted run created, if its network is not in state.
    Raises StepFailed, also if the state is lost; AwsError; WrongDeployment.
    """
    missing_state.refuse_second_deployment(settings, deployment, aws, adopting=True)
    held = deployment.resources([stack.name for stack in deployment.stacks])
    identity.check_resources(settings, held, out=deployment.out)
    vpc_id = next(iter(_ids(held["network"], "aws_vpc")), None)
    domain_id = next(iter(_ids(held["domain"], "aws_sagemaker_domain")), None)
    vpcs = networks.list_networks(aws, deployment=settings.name)
    known = {id_ for each in held.values() for id_ in _ids(each, "aws_kms_key")}
    return DeployedResources(
        name=settings.name,
        domain_id=domain_id or _domain_not_in_state(aws, settings, vpc_id),
        vpc_id=vpc_id,
        existing_vpc_id=settings.network.vpc_id,
        duplicate_vpcs=tuple(networks.duplicates(vpcs, in_state=vpc_id)),
        duplicate_keys=_duplicate_keys(aws, settings.name, known),
        # A gateway costs nothing.
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
