"""The steps of `studio down`; each passes over what an earlier run has deleted."""

from __future__ import annotations

from collections.abc import Iterable

from studio.aws import domain_resources, home_file_systems, nfs_groups, nodes
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.console.reports import Report
from studio.lifecycle.inventory import DeployedResources, live_resources


def remove_people(aws: Aws, found: DeployedResources, report: Report) -> None:
    """Delete apps, spaces and user profiles, those that people made too, and the nodes of the apps.

    Raises StepFailed, AwsError.
    """
    there = live_resources(aws, found)
    if there.domain and found.domain_id is not None:
        for kind in (domain_resources.APPS, domain_resources.SPACES, domain_resources.PROFILES):
            domain_resources.delete_resources(aws, kind, found.domain_id, report)
    if found.domain_id is not None:
        # An app registers its node when it is up, which may be while this run waits for its end.
        nodes.delete_domain_registrations(aws, found.domain_id, report)


def remove_domain(aws: Aws, found: DeployedResources, report: Report, *, keep_homes: bool) -> None:
    """Delete the domain, what it leaves behind, and the home directories unless they are kept.

    Terraform would use the retention policy that the domain was created with. A file system that
    is kept needs the security groups of its domain, which its mount targets are in.
    Raises StepFailed, AwsError.
    """
    if found.domain_id is not None:
        retention = {"HomeEfsFileSystem": "Retain" if keep_homes else "Delete"}
        domain_resources.delete_resources(
            aws, domain_resources.DOMAIN, found.domain_id, report, RetentionPolicy=retention
        )
    left = live_resources(aws, found)
    kept = left.homes if keep_homes else []
    for home in left.homes:
        if home not in kept:
            home_file_systems.delete_home(aws, home.id, report)
    used = {home.domain_id for home in kept}
    nfs_groups.delete_groups(aws, [one for one in left.groups if one.domain_id not in used], report)


def remove_repositories(aws: Aws, names: Iterable[str], report: Report) -> None:
    """Delete the repositories with all images in them. Raises AwsError."""
    ecr = aws.client("ecr")
    for name in names:
        with ignoring("RepositoryNotFoundException"):
            ecr.delete_repository(repositoryName=name, force=True)
            report(f"deleted   repository {name}")
