"""Detaches images that the settings disable; `up` and `review` refuse if ECR still has theirs."""

from collections.abc import Collection, Mapping
from typing import Any

from catalog.names import DEPLOYMENT_TAG
from settings import Settings, UserError
from studio.aws import app_settings, domain_resources
from studio.aws.app_settings import without_images
from studio.aws.client import Aws
from studio.aws.domain_resources import DomainResource, ResourceType
from studio.aws.ecr import Ecr
from studio.aws.tags import repository_tags, sagemaker_tags
from studio.console.reports import Report
from studio.images.versions import prune

_RESOURCES: tuple[tuple[ResourceType, tuple[str, ...]], ...] = (
    (domain_resources.SPACES, ("SpaceSettings",)),
    (domain_resources.PROFILES, ("UserSettings",)),
    (domain_resources.DOMAIN, ("DefaultUserSettings", "DefaultSpaceSettings")),
)
"""Resources that can have images, and the members of their descriptions with images."""


def detach_disabled_images(settings: Settings, report: Report) -> None:
    """Detach images that the settings disable, so that Terraform can delete them.

    SageMaker deletes no image that a domain, profile or space has, and Terraform's provider cannot
    detach one from a VPC-only domain (hashicorp/terraform-provider-aws#45528). Raises UserError
    before any change if ECR holds images that ``ecr.force_delete`` protects, StepFailed if an app
    runs from the image.
    """
    aws = Aws(settings.region)
    repositories = repositories_to_delete(settings, aws)
    disabled = _disabled(settings, aws)
    domains = domain_resources.tagged_domains(aws, settings.name) if disabled else []
    for domain_id in domains:
        for kind, members in _RESOURCES:
            for resource, described in domain_resources.list_described(aws, kind, domain_id):
                held = {member: described.get(member, {}) for member in members}
                _detach(aws, kind, resource, held, disabled, report)
    prune.delete_older_versions(aws, disabled, report=report)
    # Terraform uses the force_delete that the repository was created with.
    for name in repositories:
        Ecr(aws).delete_repository(name, report)


def repositories_to_delete(settings: Settings, aws: Aws) -> list[str]:
    """The repositories of disabled images.

    Raises UserError if one holds images that ``ecr.force_delete`` protects.
    """
    wanted = {f"{settings.name}/{image}" for image in settings.built_images}
    found = []
    for repository in aws.all("ecr", "describe_repositories", "repositories"):
        name, arn = repository["repositoryName"], repository["repositoryArn"]
        if name in wanted or not name.startswith(f"{settings.name}/"):
            continue
        if repository_tags(aws, arn).get(DEPLOYMENT_TAG) != settings.name:
            continue
        images = aws.all("ecr", "describe_images", "imageDetails", repositoryName=name)
        if images and not settings.ecr.force_delete:
            raise UserError(
                f"image.{name.partition('/')[2]}.enabled = false: ECR's repository {name} holds "
                f"{len(images)} images; `ecr.force_delete = true` deletes them with it"
            )
        found.append(name)
    return found


def _disabled(settings: Settings, aws: Aws) -> list[str]:
    wanted = {f"{settings.name}-{image}" for image in settings.images}
    return sorted(
        image["ImageName"]
        for image in aws.all("sagemaker", "list_images", "Images")
        if image["ImageName"].startswith(f"{settings.name}-")
        and image["ImageName"] not in wanted
        and sagemaker_tags(aws, image["ImageArn"]).get(DEPLOYMENT_TAG) == settings.name
    )


def _detach(
    aws: Aws,
    kind: ResourceType,
    resource: DomainResource,
    held: Mapping[str, Any],
    disabled: Collection[str],
    report: Report,
) -> None:
    changes = {}
    for member, before in held.items():
        changed = {
            app: after
            for app in app_settings.MEMBERS
            if (after := without_images(before.get(app, {}), disabled, region=aws.region))
        }
        if changed:
            changes[member] = changed
    if changes:
        app_settings.update_settings(aws, kind, resource, changes, report)
        report(f"detached  {', '.join(disabled)} from {kind.noun} {resource.name}")
