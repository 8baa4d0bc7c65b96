"""The deployment's domain, and in it a user's space and the app that runs there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from scripts.support.account import client, one_line
from scripts.support.cdktf_runs import Deployment, StepFailed
from settings import Settings, UserError

APP_NAME = "default"
"""The only name that Studio gives to the app of a space."""

ENDED = ("Deleted", "Failed")
"""The statuses of an app that runs no more and is billed no more."""

Report = Callable[[str], None]

_SERVICE = "sagemaker"
# The provider waits 10 minutes for an app to start; one that ends can take 20.
_START_SECONDS = 900.0
_STOP_SECONDS = 1800.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_SAY_AGAIN_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Space:
    """A user's private space, named as the user profile is.

    status: SageMaker's SpaceStatus. remote_access: whether SageMaker's own sessions may reach it.
    instance_type: of the next app; None where only SageMaker decides.
    """

    domain_id: str
    user: str
    name: str
    arn: str
    app_type: str
    status: str
    remote_access: bool
    instance_type: str | None

    @property
    def region(self) -> str:
        """The region that it is in."""
        return self.arn.split(":")[3]


@dataclass(frozen=True, kw_only=True)
class App:
    """An app that is Pending, InService or Deleting; since: when it was asked for."""

    arn: str
    app_type: str
    status: str
    instance_type: str
    since: datetime


def require_user(settings: Settings, user: str) -> None:
    """UserError, naming those there are, where studio.toml has no such user."""
    if user not in settings.users:
        there = ", ".join(settings.users) or "none"
        raise UserError(f"USER = {user}: a user of studio.toml is expected; there are: {there}")


def find_domain(settings: Settings, deployment: Deployment) -> str:
    """The id of the deployment's domain, from Terraform's state.

    Raises UserError where nothing is deployed.
    """
    domain_id = deployment.output("domain", "domain_id")
    if domain_id is None:
        raise UserError(f"{settings.name}: there is no domain yet; run `studio up` first")
    return domain_id


def space_of(*, region: str, domain_id: str, user: str) -> Space | None:
    """The user's private space, None where there is none. Raises UserError when AWS refuses."""
    described = _describe_space(region, domain_id, user)
    if described is None:
        return None
    chosen = described.get("SpaceSettings", {})
    app_type = chosen.get("AppType", "JupyterLab")
    return Space(
        domain_id=domain_id,
        user=described.get("OwnershipSettings", {}).get("OwnerUserProfileName", user),
        name=described["SpaceName"],
        arn=described["SpaceArn"],
        app_type=app_type,
        status=described["Status"],
        remote_access=chosen.get("RemoteAccess") == "ENABLED",
        instance_type=_resources(region, described).get("InstanceType"),
    )


def app_of(space: Space) -> App | None:
    """What runs in the space, starts or ends there; None for nothing. Raises UserError."""
    described = _describe_app(space)
    return None if described is None or described["Status"] in ENDED else _app(described)


def start_app(space: Space, report: Report, *, ssh_helper: bool = False) -> App:
    """Start the space's app where it does not run, and wait until it is InService.

    ssh_helper: with the owner's start script, also where the settings name another way.
    Raises UserError when AWS refuses, StepFailed with SageMaker's reason where the app fails.
    """
    sagemaker = client(_SERVICE, space.region)
    app = app_of(space)
    if app is not None and app.status == "Deleting":
        _wait(space, ENDED, report, "ending", _STOP_SECONDS)
        app = None
    if app is None:
        settled = _settled_space(space, report)
        resources = _resources(space.region, settled, ssh_helper=ssh_helper)
        with one_line(_SERVICE):
            sagemaker.create_app(
                **_key(space), **({"ResourceSpec": resources} if resources else {})
            )
    described = _wait(space, ("InService", *ENDED), report, "starting", _START_SECONDS)
    if described["Status"] in ENDED:
        reason = described.get("FailureReason", "SageMaker gives no reason")
        raise StepFailed(f"the app of {space.name} did not start: {reason}")
    return _app(described)


def stop_app(space: Space, report: Report) -> bool:
    """End the space's app and wait until it is gone; the volume stays. False where none runs.

    Raises UserError.
    """
    app = app_of(space)
    if app is None:
        return False
    if app.status != "Deleting":
        with one_line(_SERVICE):
            client(_SERVICE, space.region).delete_app(**_key(space))
    _wait(space, ENDED, report, "ending", _STOP_SECONDS)
    return True


def _app(described: dict[str, Any]) -> App:
    return App(
        arn=described["AppArn"],
        app_type=described["AppType"],
        status=described["Status"],
        instance_type=described.get("ResourceSpec", {}).get("InstanceType", "unknown"),
        since=described["CreationTime"],
    )


def _key(space: Space) -> dict[str, str]:
    return {
        "DomainId": space.domain_id,
        "SpaceName": space.name,
        "AppType": space.app_type,
        "AppName": APP_NAME,
    }


def _resources(region: str, space: dict[str, Any], *, ssh_helper: bool = False) -> dict[str, str]:
    """What the next app runs with, of a described space.

    The settings are on the owner's profile, because Terraform cannot change a space; what Studio
    keeps in the space counts where the profile says nothing.
    """
    kept = space.get("SpaceSettings", {})
    member = f"{kept.get('AppType', 'JupyterLab')}AppSettings"
    owner = space.get("OwnershipSettings", {}).get("OwnerUserProfileName")
    profile = _describe_profile(region, space["DomainId"], owner) if owner else None
    of_owner = (profile or {}).get("UserSettings", {}).get(member, {})
    chosen: dict[str, str] = of_owner.get("DefaultResourceSpec") or kept.get(member, {}).get(
        "DefaultResourceSpec", {}
    )
    scripts = of_owner.get("LifecycleConfigArns", [])
    if ssh_helper and scripts:
        return {**chosen, "LifecycleConfigArn": scripts[0]}
    return chosen


def _describe_profile(region: str, domain_id: str, user: str) -> dict[str, Any] | None:
    sagemaker = client(_SERVICE, region)
    return _found(lambda: sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName=user))


def _describe_space(region: str, domain_id: str, name: str) -> dict[str, Any] | None:
    sagemaker = client(_SERVICE, region)
    return _found(lambda: sagemaker.describe_space(DomainId=domain_id, SpaceName=name))


def _describe_app(space: Space) -> dict[str, Any] | None:
    sagemaker = client(_SERVICE, space.region)
    return _found(lambda: sagemaker.describe_app(**_key(space)))


def _found(describe: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    with one_line(_SERVICE):
        try:
            return describe()
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFound":
                return None
            raise


def _settled_space(space: Space, report: Report) -> dict[str, Any]:
    """An app is refused while its space is made or changed."""
    return _poll(
        lambda: _describe_space(space.region, space.domain_id, space.name) or {"Status": "Deleted"},
        lambda status: status not in ("Pending", "Updating"),
        lambda status: report(f"space {space.name}: {status}"),
        _START_SECONDS,
    )


def _wait(
    space: Space, wanted: tuple[str, ...], report: Report, what: str, seconds: float
) -> dict[str, Any]:
    """The app's description once its status is one of ``wanted``; one long forgotten is Deleted."""
    return _poll(
        lambda: _describe_app(space) or {"Status": "Deleted"},
        lambda status: status in wanted,
        lambda status: report(f"{space.app_type} of {space.name} is {what}: {status}"),
        seconds,
    )


def _poll(
    look: Callable[[], dict[str, Any]],
    done: Callable[[str], bool],
    say: Callable[[str], None],
    seconds: float,
) -> dict[str, Any]:
    began = said = time.monotonic()
    pause, before = _FIRST_PAUSE, ""
    while True:
        seen = look()
        now = time.monotonic()
        if seen["Status"] != before or now - said > _SAY_AGAIN_SECONDS:
            say(f"{seen['Status']} ({now - began:.0f} s)")
            before, said = seen["Status"], now
        if done(seen["Status"]):
            return seen
        if now - began > seconds:
            raise StepFailed(f"still {seen['Status']} after {seconds / 60:.0f} minutes")
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
