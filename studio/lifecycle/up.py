"""Deploys all stacks in order and pushes their images; safe to run again."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from settings import Feature, Settings, UserError
from studio.aws import app_settings, buckets
from studio.aws.client import Aws
from studio.console import output
from studio.doctor.found_endpoints import record_endpoints
from studio.images.buildable import require_buildable
from studio.images.push import push_images
from studio.images.versions import disabled, prune, record
from studio.lifecycle import identity, start_scripts
from studio.lifecycle.guard import Guard, require_addresses
from studio.lifecycle.preflight import require_and_report_existing
from studio.lifecycle.recovery.missing_state import refuse_second_deployment
from studio.lifecycle.recovery.unfinished import untaint_unfinished
from studio.lifecycle.removed_settings import find_removed_settings
from studio.lifecycle.removed_users import apps_to_delete, require_deletable
from studio.lifecycle.saved_plans import SavedPlans
from studio.lifecycle.up_preview import preview_changes, preview_creation
from studio.terraform.deployment import Deployment
from studio.terraform.stacks import in_levels
from studio.terraform.state import stores

IMAGE = "image"
"""The stack that Terraform can plan only after the images are pushed."""


def deploy(
    settings: Settings,
    *,
    out: Path,
    engine: str | None,
    confirm: Callable[[], object] = lambda: None,
    allow: Collection[str] = (),
    reviewed: SavedPlans | None = None,
) -> None:
    """``up`` for the deployment in ``out``, with images that the engine builds.

    engine: default, the first that answers. Raises UserError as ``up`` does.
    """
    deployment = Deployment(settings=settings, out=out.resolve())
    report = deployment.report
    up(
        settings,
        deployment,
        check_images=lambda: _naming_alternatives(
            settings, lambda: require_buildable(settings, engine=engine, report=report)
        ),
        push=lambda: _naming_alternatives(
            settings, lambda: push_images(settings, engine=engine, report=report)
        ),
        confirm=confirm,
        allow=allow,
        reviewed=reviewed,
    )


def up(
    settings: Settings,
    deployment: Deployment,
    *,
    push: Callable[[], object],
    check_images: Callable[[], object] = lambda: None,
    confirm: Callable[[], object] = lambda: None,
    allow: Collection[str] = (),
    reviewed: SavedPlans | None = None,
) -> None:
    """Deploy all stacks; continues an interrupted run.

    push: pushes the images that ECR does not have, before the network is created, whose endpoints
    are billed by the hour. check_images: called before the plans; raises UserError if ``push``
    cannot succeed. confirm: called after the preview, before the first change in AWS; raises
    UserError if the user does not agree. allow: addresses of resources whose loss is accepted.
    reviewed: saved plans, which are applied unless an input has changed.

    Refreshes the record of image versions before the synthesis and after the deployment, and
    deletes old versions. Detaches disabled images before Terraform deletes them, and clears the
    settings that Terraform cannot; see ``removed_settings``.
    Raises UserError (DataAtRisk; StepFailed if Terraform or the engine fails).
    """
    stores.require_ready(settings, deployment.out.parent)
    settings = record_endpoints(settings, folder=deployment.out.parent)
    if reviewed is None:
        record.refresh(settings, folder=deployment.out.parent)
    deployment.prepare()
    stacks = [stack.name for stack in deployment.stacks]
    held = deployment.resources(stacks)
    identity.check_resources(settings, held, out=deployment.out)
    identity.require_same_case(settings, held)
    if reviewed is not None:
        reviewed.require_current(settings, deployment)
    aws = Aws(settings.region)
    refuse_second_deployment(settings, deployment, aws)
    require_and_report_existing(settings, aws, deployment.report)
    disabled.repositories_to_delete(settings, aws)  # raises UserError before any change
    require_addresses(deployment, allow)
    check_images()
    # A resource that SageMaker failed to create has no data.
    allowed = untaint_unfinished(deployment).union(allow)
    guard = Guard(settings=settings, deployment=deployment, allowed=allowed, reviewed=reviewed)
    plans = guard.plan_all()
    require_deletable(aws, deployment, plans)
    zones = settings.network.endpoint_subnets
    lines = list(
        preview_changes(plans, endpoint_zones=zones)
        if plans
        else preview_creation(deployment.stacks, endpoint_zones=zones)
    )
    lines += [
        f"app {app} would be deleted: unsaved work is lost" for app in apps_to_delete(aws, plans)
    ]
    removed = find_removed_settings(settings, deployment, aws)
    if reviewed is not None:
        reviewed.require_cleared(map(str, removed.updates))
    lines += [f"clears {update}" for update in removed.updates]
    for line in [*(lines or ["No changes."]), *removed.kept]:
        deployment.report(line)
    if lines:
        confirm()
    disabled.detach_disabled_images(settings, deployment.report)
    if removed.updates:
        for update in find_removed_settings(settings, deployment, aws).updates:
            app_settings.send(aws, update, deployment.report)
    start_scripts.keep_used_scripts(deployment, aws)
    before: frozenset[str] = frozenset()
    if settings.built_images:
        (image,) = deployment.named([IMAGE])
        before = image.dependencies
        guard.deploy(deployment.named(before))
        push()
    for level in in_levels(deployment.stacks, done=before):
        guard.deploy(level)
    with output.current().work("deleting what is no longer needed"):
        start_scripts.delete_unused_scripts(settings, deployment, aws)
        prune.prune(settings, folder=deployment.out.parent, report=deployment.report)
        buckets.ensure_key_bucket(aws, settings, deployment.report)
    for line in _next_steps(settings, deployment):
        output.result(line)


def _naming_alternatives(settings: Settings, work: Callable[[], object]) -> None:
    try:
        work()
    except UserError as error:
        images = " or ".join(f"[image.{name}]" for name in settings.built_images)
        failed = UserError(
            f"{error}. To deploy without the image: `enabled = false` under {images}; on an "
            "emulator, `studio push --placeholder` pushes placeholders"
        )
        failed.exit_code = error.exit_code
        raise failed from error


def _next_steps(settings: Settings, deployment: Deployment) -> Iterator[str]:
    if (url := deployment.output("domain", "studio_url")) is not None:
        yield f"Studio is deployed at {url}"
    user = next(iter(settings.users), None)
    if user is None:
        yield "Next: add a user to the settings ([users.NAME]) and run `studio up` again."
    elif Feature.CONNECT in settings.features:
        yield f"Next: `studio connect {user}`, then ssh or VS Code."
