"""The steps of `studio down`; each can run again after an interruption."""

from __future__ import annotations

from collections.abc import Iterable

from studio.aws import domain_resources, home_file_systems, nfs_groups, nodes
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.console.reports import Report
from studio.lifecycle.inventory import DeployedResources, home_resources


def remove_people(aws: Aws, deployed: DeployedResources, report: Report) -> None:
    """Delete all apps, spaces and user profiles of the domain, and the nodes of the apps.

    Raises StepFailed, AwsError.
    """
    if deployed.domain_id is None:
        return
    if domain_resources.list_resources(aws, domain_resources.DOMAIN, deployed.domain_id):
        for kind in (domain_resources.APPS, domain_resources.SPACES, domain_resources.PROFILES):
            domain_resources.delete_resources(aws, kind, deployed.domain_id, report)
    # Last: an app that starts up registers its node until it is deleted.
    nodes.delete_domain_registrations(aws, deployed.domain_id, report)


def remove_domain(
    aws: Aws, deployed: DeployedResources, report: Report, *, keep_homes: bool
) -> None:
    """Delete the domain, its security groups for NFS, and the home file system unless it is kept.

    Terraform would use the retention policy that the domain was created with. The mount targets of
    a file system that is kept need the security groups.
    Raises StepFailed, AwsError.
    """
    if deployed.domain_id is not None:
        retention = {"HomeEfsFileSystem": "Retain" if keep_homes else "Delete"}
        domain_resources.delete_resources(
            aws, domain_resources.DOMAIN, deployed.domain_id, report, RetentionPolicy=retention
        )
    left = home_resources(aws, deployed)
    kept = left.homes if keep_homes else []
    for home in left.homes:
        if home not in kept:
            home_file_systems.delete_home(aws, home.id, report)
    used = {home.domain_id for home in kept}
    nfs_groups.delete_groups(aws, [one for one in left.groups if one.domain_id not in used], report)


def remove_repositories(aws: Aws, names: Iterable[str], report: Report) -> None:
    """Delete the repositories and the images in them. Raises AwsError."""
    ecr = aws.client("ecr")
    for name in names:
        with ignoring("RepositoryNotFoundException"):
            ecr.delete_repository(repositoryName=name, force=True)
            report(f"deleted   repository {name}")
