"""`studio down`: which stacks and data it keeps, and in which order it deletes the rest.

Each step can run again after an interruption. The logs of apps remain until `studio sweep`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from settings import Settings
from studio.aws import (
    domain_resources,
    endpoints,
    home_file_systems,
    keys,
    networks,
    nfs_groups,
    nodes,
)
from studio.aws.client import Aws
from studio.aws.ecr import Ecr
from studio.errors import StepFailed
from studio.images.versions import prune, record
from studio.lifecycle import start_scripts
from studio.lifecycle.attached_policies import require_detached
from studio.lifecycle.down_preview import preview_deleted, preview_kept
from studio.lifecycle.inventory import LiveResources, deployed_resources
from studio.lifecycle.recovery.unfinished import recover_unfinished
from studio.terraform.deployment import Deployment

USERS = "users"
ECR = "ecr"
NETWORK = "network"
HOMES = (NETWORK, "role")
"""The stacks that the home file system needs: of its subnets, and of its key."""


@dataclass(frozen=True, kw_only=True)
class Teardown:
    """What `studio down` deletes and keeps, as read before anything is deleted.

    keep_homes_by: the setting or flag that keeps the home file system and the stacks of ``HOMES``,
    and how to delete them; None if they are deleted. only_users: delete only apps, spaces, user
    profiles and nodes.
    """

    settings: Settings
    deployment: Deployment
    live: LiveResources
    keep_homes_by: str | None
    only_users: bool

    @classmethod
    def of(
        cls,
        settings: Settings,
        deployment: Deployment,
        *,
        keep_homes: bool = False,
        only_users: bool = False,
    ) -> Self:
        """Read state and AWS. keep_homes: as with domain.retention = "Retain". Raises UserError."""
        aws = Aws(settings.region)
        live = LiveResources(aws=aws, deployed=deployed_resources(settings, deployment, aws))
        reason = None
        if only_users:
            reason = "--only users"
        # A domain that is Pending may still create its home file system.
        elif live.homes or any(domain.status == "Pending" for domain in live.domain):
            reason = _keep_homes_by(settings, flag=keep_homes)
        return cls(
            settings=settings,
            deployment=deployment,
            live=live,
            keep_homes_by=reason,
            only_users=only_users,
        )

    @property
    def stacks(self) -> list[str]:
        """The stacks that Terraform destroys."""
        if self.only_users:
            return [USERS]
        kept = set(HOMES) if self.keep_homes_by else set()
        if self.live.ecr_bytes and not self.settings.ecr.force_delete:
            kept.add(ECR)
        return [stack.name for stack in self.deployment.stacks if stack.name not in kept]

    @property
    def destroyed(self) -> list[str]:
        """Those of ``stacks`` that have resources in state."""
        return [stack for stack in self.stacks if stack in self.live.deployed.resources]

    def preview(self) -> Iterator[str]:
        """What is deleted, what is kept and its cost, in lines.

        Raises UserError; StepFailed after the lines, as ``require_detached`` does, and if others
        use the VPC.
        """
        stacks, only_users = self.destroyed, self.only_users
        yield from preview_deleted(
            self.live, stacks=stacks, homes=self.keep_homes_by is None, only_users=only_users
        )
        yield from preview_kept(
            self.live, stacks=stacks, keep_homes_by=self.keep_homes_by, only_users=only_users
        )
        deployed, domains = self.live.deployed, self.live.other_domains
        if not only_users and deployed.endpoints and domains:
            yield f"! the interface endpoints also serve {', '.join(domains)}, in the same VPC"
        others = [*domains, *self.live.other_homes]
        if NETWORK in self.stacks and deployed.vpc_id and others:
            raise StepFailed(
                f"{deployed.vpc_id} is in use by {', '.join(others)}, so AWS would not delete it; "
                "nothing was changed. Run `studio down` of their deployments first"
            )
        held = self.deployment.resources(self.stacks).values()
        deleted = [(one.kind, one.attributes) for resources in held for one in resources]
        require_detached(self.live.aws, self.deployment, deleted)

    def run(self) -> None:
        """Delete it; safe to run again. Raises UserError (StepFailed if AWS or Terraform fails)."""
        report, aws, deployed = self.deployment.report, self.live.aws, self.live.deployed
        self._delete_users()
        if not self.only_users:
            self._delete_domain()
            # Terraform cannot delete these versions.
            prune.delete_older_versions(aws, deployed.images, report=report)
            if self.keep_homes_by and deployed.endpoints:
                endpoints.delete_endpoints(aws, deployed.endpoints, report)
        deletes_images = self.settings.ecr.force_delete and ECR in self.stacks
        repositories = deployed.protected_repositories if deletes_images else ()
        # The image stack reads its repository while it is destroyed.
        self._destroy([stack for stack in self.stacks if not repositories or stack != ECR])
        start_scripts.delete_unused_scripts(self.settings, self.deployment, aws)
        if not self.only_users and NETWORK in self.stacks:
            for network in deployed.duplicate_vpcs:
                networks.delete_network(aws, network, report)
            for key in deployed.duplicate_keys:
                keys.delete_key(aws, key, report)
        if repositories:
            for repository in repositories:
                Ecr(aws).delete_repository(repository, report)
            self._destroy([ECR])
        record.refresh(self.settings, folder=self.deployment.out.parent)

    def _destroy(self, stacks: list[str]) -> None:
        if not self.live.deployed.resources.keys().isdisjoint(stacks):
            recover_unfinished(self.deployment, self.deployment.named(stacks))
            self.deployment.destroy(stacks)

    def _delete_users(self) -> None:
        """Delete all apps, spaces and user profiles of the domain, and the nodes of the apps."""
        live, report = self.live, self.deployment.report
        aws, domain_id = live.aws, live.deployed.domain_id
        if domain_id is None:
            return
        if domain_resources.list_resources(aws, domain_resources.DOMAIN, domain_id):
            for kind in (domain_resources.APPS, domain_resources.SPACES, domain_resources.PROFILES):
                domain_resources.delete_resources(aws, kind, domain_id, report)
        # Last: an app that starts up registers its node until it is deleted.
        nodes.delete_domain_registrations(aws, domain_id, report)

    def _delete_domain(self) -> None:
        """Delete the domain, its security groups for NFS, and a home file system that is not kept.

        Terraform would use the retention policy that the domain was created with. The mount targets
        of a file system that is kept need the security groups.
        """
        live, report = self.live, self.deployment.report
        aws, domain_id = live.aws, live.deployed.domain_id
        if domain_id is not None:
            policy = {"HomeEfsFileSystem": "Retain" if self.keep_homes_by else "Delete"}
            domain_resources.delete_resources(
                aws, domain_resources.DOMAIN, domain_id, report, RetentionPolicy=policy
            )
        left = LiveResources(aws=aws, deployed=live.deployed)
        used = {home.domain_id for home in left.homes} if self.keep_homes_by else set()
        for home in left.homes:
            if not self.keep_homes_by:
                home_file_systems.delete_home(aws, home.id, report)
        groups = [one for one in left.groups if one.domain_id not in used]
        nfs_groups.delete_groups(aws, groups, report)


def _keep_homes_by(settings: Settings, *, flag: bool) -> str | None:
    if flag:
        why, again = "--keep-homes", "run `studio down` without it to delete it"
    elif settings.domain.retention == "Retain":
        why = 'domain.retention = "Retain"'
        again = 'set it to "Delete" and run `studio down` to delete it'
    else:
        return None
    if settings.network.exists and settings.domain.kms != "create":
        # No VPC and no key of the deployment would show that the file system is its own.
        again = "`studio sweep` deletes it later, `studio down` does not"
    return f"{why}; {again}"
