"""Starts and stops the app of a space, also after a failed or deleted one: its image, its waits."""

from collections.abc import Callable
from typing import Any

from catalog import distribution
from catalog.statuses import APP_ENDED
from settings import UserError
from studio.aws.client import Aws
from studio.aws.domain_resources import APPS, REFUSED_FOR_NOW
from studio.aws.errors import AwsError
from studio.aws.spaces import (
    APP_NAME,
    App,
    Space,
    app_of,
    describe_app,
    describe_space,
    names_image,
    resources_of,
)
from studio.aws.waiting import moments
from studio.console.reports import Report
from studio.errors import RUN_AGAIN, StepFailed

_START_SECONDS = 900.0
"""For an app that starts, and for a space that changes; Terraform's provider waits 10 minutes."""
_REPORT_SECONDS = 30.0
"""How often a status that does not change is reported."""

LOG_GROUP = "/aws/sagemaker/studio"
"""The logs of all Studio apps in a region; the name of a stream begins with the domain's id
(docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html)."""


def start_app(aws: Aws, space: Space, report: Report, *, ssh_helper: bool = False) -> App:
    """Start the space's app unless it runs, and wait until it is InService.

    ssh_helper: start it with the owner's lifecycle configuration, whatever `connect` is set to.
    Raises AwsError, StepFailed if the app fails, UserError if it needs SageMaker Distribution and
    the region's is not known.
    """
    if wait_while_app_is_deleted(aws, space, report) is None:
        settled = wait_while_space_changes(aws, space, report)
        resources = resources_of(aws, settled, ssh_helper=ssh_helper)
        try:
            aws.client("sagemaker").create_app(
                **space.app_key, ResourceSpec=with_image(resources, space.region)
            )
        except AwsError as error:
            # Another client may have started the app meanwhile.
            if error.code != "ResourceInUse" or app_of(aws, space) is None:
                raise
    described = _wait(aws, space, ("InService", *APP_ENDED), report, _START_SECONDS)
    if described["Status"] in APP_ENDED:
        reason = described.get("FailureReason", "SageMaker gives no reason")
        printed = _end_of_log(aws, space)
        log = f"; its log ends: {printed}" if printed else ""
        raise StepFailed(f"the app of {space.name} did not start: {reason}{log}")
    return App.of(described)


def _end_of_log(aws: Aws, space: Space) -> str:
    """The last lines of the app's log in one line; "" without a log or access to it."""
    stream = f"{space.domain_id}/{space.name}/{space.app_type}/{APP_NAME}"
    try:
        answer = aws.client("logs").get_log_events(
            logGroupName=LOG_GROUP, logStreamName=stream, limit=3, startFromHead=False
        )
    except AwsError:
        return ""
    return " | ".join(event["message"].strip() for event in answer["events"])


def stop_app(aws: Aws, space: Space, report: Report) -> bool:
    """Delete the space's app and wait for it; False without an app. Raises AwsError, StepFailed."""
    app = app_of(aws, space)
    if app is None:
        return False
    delete = aws.client("sagemaker").delete_app
    if app.status != "Deleting":
        try:
            delete(**space.app_key)
        except AwsError as error:
            if error.code not in REFUSED_FOR_NOW:
                raise
            # AWS does not document whether it refuses an app that starts or is being deleted.
            wanted = ("InService", "Deleting", *APP_ENDED)
            if _wait(aws, space, wanted, report, _START_SECONDS)["Status"] == "InService":
                delete(**space.app_key)
    _wait(aws, space, APP_ENDED, report, APPS.seconds)
    return True


def with_image(resources: dict[str, str], region: str) -> dict[str, str]:
    """The ResourceSpec with SageMaker Distribution if it has no image.

    AWS starts no app without an image (hashicorp/terraform-provider-aws#36008); its VS Code toolkit
    also adds one. Raises UserError if the region's SageMaker Distribution is not known.
    """
    if names_image(resources):
        return _without_earlier_image(resources)
    if region not in distribution.OWNERS:
        raise UserError(
            f"defaults.space.image: which account publishes SageMaker Distribution in {region} is "
            "not known; name an image of your own"
        )
    return {
        **resources,
        "SageMakerImageArn": distribution.image_arn(region, resources.get("InstanceType", "")),
        "SageMakerImageVersionAlias": distribution.VERSION_ALIAS,
    }


def _without_earlier_image(resources: dict[str, str]) -> dict[str, str]:
    """The ResourceSpec without the version or alias of another image.

    AWS does not document whether an update of a user profile clears omitted members. With the
    earlier image's version, the app would start that image, or fail.
    """
    kept = dict(resources)
    image = kept.get("SageMakerImageArn")
    if image is None:
        return kept
    version = kept.get("SageMakerImageVersionArn", "")
    if version and not version.startswith(f"{image.replace(':image/', ':image-version/')}/"):
        del kept["SageMakerImageVersionArn"]
    alias = kept.get("SageMakerImageVersionAlias")
    if alias == distribution.VERSION_ALIAS and not distribution.is_published(image):
        del kept["SageMakerImageVersionAlias"]
    return kept


def wait_while_app_is_deleted(aws: Aws, space: Space, report: Report) -> App | None:
    """The space's app; None without one, or if it failed or was deleted. Raises StepFailed.

    Waits for one that is being deleted.
    """
    app = app_of(aws, space)
    if app is None or app.status != "Deleting":
        return app
    _wait(aws, space, APP_ENDED, report, APPS.seconds)
    return None


def wait_while_space_changes(aws: Aws, space: Space, report: Report) -> dict[str, Any]:
    """Wait until the space is neither Pending nor Updating; returns its description.

    In these statuses AWS neither changes it nor starts its app. Raises StepFailed.
    """
    return _poll(
        f"space {space.name}",
        lambda: describe_space(aws, space.domain_id, space.name),
        lambda status: status not in ("Pending", "Updating"),
        report,
        _START_SECONDS,
    )


def _wait(
    aws: Aws, space: Space, wanted: tuple[str, ...], report: Report, seconds: float
) -> dict[str, Any]:
    """Wait for one of the statuses; returns the app's description."""
    return _poll(
        f"{space.app_type} of {space.name}",
        lambda: describe_app(aws, space),
        lambda status: status in wanted,
        report,
        seconds,
    )


def _poll(
    what: str,
    describe: Callable[[], dict[str, Any] | None],
    done: Callable[[str], bool],
    report: Report,
    seconds: float,
) -> dict[str, Any]:
    """Wait until the status is ``done``; returns the description.

    Status Deleted is also that of what does not exist.
    """
    said, status = 0.0, ""
    for passed in moments(seconds):
        seen = describe() or {"Status": "Deleted"}
        if seen["Status"] != status or passed - said > _REPORT_SECONDS:
            status, said = seen["Status"], passed
            report(f"{what}: {status} ({passed:.0f} s)")
        if done(status):
            return seen
    raise StepFailed(f"the {what} is still {status} after {seconds / 60:.0f} minutes; {RUN_AGAIN}")
