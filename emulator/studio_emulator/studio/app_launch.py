"""What an app starts with, and why a start is refused or fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from studio_emulator import iam
from studio_emulator.errors import AwsError
from studio_emulator.studio import checks, image_use, lookup, settings_checks
from studio_emulator.studio.call import Call
from studio_emulator.studio.checks import invalid
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.settings_merge import CLEARED, Settings, inherited, within
from studio_emulator.studio.store import MemberKey, Store

CLASSIC = ("JupyterServer", "KernelGateway")
IN_SPACES = ("JupyterLab", "CodeEditor")
RSTUDIO = ("RStudioServerPro", "RSessionGateway")
ONLY_NAME = "default"
DEFAULT_INSTANCE = "ml.t3.medium"

# Instance types with less than the 8 GiB that remote access needs (remote-access in the guide).
TOO_SMALL_FOR_REMOTE_ACCESS = frozenset(
    {
        "ml.t3.micro",
        "ml.t3.small",
        "ml.t3.medium",
        "ml.c5.large",
        "ml.c6i.large",
        "ml.c6id.large",
        "ml.c7i.large",
    }
)

# Owner of the SageMaker Distribution image; one account a region on AWS, one here.
_AWS_IMAGES = "885854791233"


@dataclass(frozen=True)
class AppLocation:
    """Where an app runs: in a space or, the older way, directly in a user profile.

    profile: the user whose app it is, None in a shared space. settings: what holds for the app.
    """

    kind: str
    name: str
    domain: Resource
    space: Resource | None
    profile: Resource | None
    settings: Settings

    @property
    def profile_key(self) -> MemberKey | None:
        """The user profile's key in the store."""
        return (self.domain.id, self.profile.name.lower()) if self.profile else None


def locate(params: dict[str, Any], held: Store) -> AppLocation:
    """Where CreateApp starts the app, or ValidationException."""
    domain = lookup.usable_domain(held, params["DomainId"])
    kind, name = owner(params)
    table = held.spaces if kind == "space" else held.user_profiles
    found = table.get((domain.id, name.lower()))
    if found is None:
        what = "Space" if kind == "space" else "UserProfile"
        raise invalid(f"{what} [{name}] does not exist in domain [{domain.id}].")
    lookup.require_state(found, "Space" if kind == "space" else "UserProfile", lookup.USABLE)
    space = found if kind == "space" else None
    profile = held.user_profiles.get(found.owned["profile"]) if space else found
    shared = space is not None and within(space.data, "SpaceSharingSettings", "SharingType") in (
        None,
        "Shared",
    )
    if shared:
        settings: Settings = domain.data.get("DefaultSpaceSettings", {})
    else:
        own = within(profile.data if profile else None, "UserSettings")
        settings = inherited(own, domain.data["DefaultUserSettings"])
    return AppLocation(kind, found.name, domain, space, profile, settings)


def owner(params: dict[str, Any]) -> tuple[str, str]:
    """("space" or "user-profile", name) of the one that a request names, or ValidationException."""
    space, profile = params.get("SpaceName"), params.get("UserProfileName")
    if (space is None) == (profile is None):
        raise invalid("Exactly one of SpaceName and UserProfileName must be specified.")
    return ("space", str(space)) if space is not None else ("user-profile", str(profile))


def check_type(params: dict[str, Any], where: AppLocation) -> None:
    """ValidationException for an app of a type or name that cannot start there."""
    app_type = params["AppType"]
    if app_type in CLASSIC:
        raise invalid(
            f"Apps of type {app_type} cannot be created: Studio Classic is closed, only its "
            "existing apps can be stopped and deleted. Create a space with an app of type "
            "JupyterLab or CodeEditor."
        )
    if app_type in RSTUDIO:
        raise invalid("No RStudio license was found for this account.")
    if app_type in IN_SPACES and where.space is None:
        raise invalid(f"Apps of type {app_type} run in a space: SpaceName must be specified.")
    if params["AppName"] != ONLY_NAME:
        raise invalid(f"AppName must be '{ONLY_NAME}' for apps of type {app_type}.")
    if where.space is not None:
        of_space = within(where.space.data, "SpaceSettings", "AppType")
        if of_space != app_type:
            raise invalid(f"Space [{where.name}] is for apps of type {of_space}, not {app_type}.")


def resource_spec(params: dict[str, Any], call: Call, held: Store, where: AppLocation) -> Settings:
    """The app's ResourceSpec: the request's members, and defaults for the others.

    Defaults come from the space, the user profile, the domain and AWS, in this order.
    """
    app_type = params["AppType"]
    member = f"{app_type}AppSettings"
    given: Settings = params.get("ResourceSpec", {})
    space = where.space.data if where.space else None
    sources = (
        given,
        within(space, "SpaceSettings", member, "DefaultResourceSpec") or {},
        within(where.settings, member, "DefaultResourceSpec") or {},
    )
    image = next((s for s in sources if "SageMakerImageArn" in s or _own_image(s, held)), {})
    if not image and call.options.app_image_required:
        raise invalid(f"SageMakerImageArn must be specified for apps of type {app_type}.")
    spec = {
        "SageMakerImageArn": image.get("SageMakerImageArn")
        or _own_image(image, held)
        or _distribution(call),
        **{m: image[m] for m in _IMAGE_MEMBERS if m in image},
        "InstanceType": _nearest("InstanceType", sources) or DEFAULT_INSTANCE,
        **given,
    }
    # Only the default script; LifecycleConfigArns offers scripts to choose from.
    script = _nearest("LifecycleConfigArn", sources)
    if script in (None, CLEARED):
        spec.pop("LifecycleConfigArn", None)
    else:
        spec["LifecycleConfigArn"] = script
    _check_spec(spec, call, held, where, app_type)
    return spec


_IMAGE_MEMBERS = ("SageMakerImageVersionArn", "SageMakerImageVersionAlias")


def _nearest(member: str, sources: Iterable[Settings]) -> str | None:
    return next((spec[member] for spec in sources if member in spec), None)


def _own_image(spec: Settings, held: Store) -> str | None:
    return image_use.of_version(spec.get("SageMakerImageVersionArn", ""), held)


def _check_spec(spec: Settings, call: Call, held: Store, where: AppLocation, app_type: str) -> None:
    settings_checks.resource_spec(spec, call)
    script = spec.get("LifecycleConfigArn")
    if script and settings_checks.lifecycle_config(script, held) not in (None, app_type):
        raise invalid(f"Studio lifecycle config [{script}] is not for apps of type {app_type}.")
    instance = spec["InstanceType"]
    if instance == "system":
        raise invalid(f"InstanceType 'system' is not supported for apps of type {app_type}.")
    space = where.space.data if where.space else None
    remote = within(space, "SpaceSettings", "RemoteAccess") == "ENABLED"
    if remote and instance in TOO_SMALL_FOR_REMOTE_ACCESS:
        raise invalid(f"InstanceType '{instance}' has less than the 8 GiB RemoteAccess needs.")
    name = custom_image(spec, held)
    profile = where.profile.data if where.profile else None
    if name and (app_type, name) not in image_use.attached(where.domain.data, profile):
        raise invalid(f"Image [{name}] is not attached to the domain or the user profile.")
    if name:
        image_use.version(spec, name, held)
    elif _own_image(spec, held):
        arn, image = spec["SageMakerImageVersionArn"], spec["SageMakerImageArn"]
        raise invalid(f"ImageVersion [{arn}] is not a version of Image [{image}].")


def custom_image(spec: Settings, held: Store) -> str | None:
    """The name of the account's own image in a ResourceSpec, None for one of SageMaker's."""
    arn = spec["SageMakerImageArn"]
    return next((name for name, image in held.images.items() if image.arn == arn), None)


def check_quota(call: Call, held: Store, app_type: str, instance: str) -> None:
    """ResourceLimitExceeded when the quota of such apps is used up."""
    used = sum(
        app.data["AppType"] == app_type and app.data["ResourceSpec"]["InstanceType"] == instance
        for app in held.apps.values()
        if app.status in lookup.RUNNING
    )
    quota = app_quota(app_type, instance)
    lookup.within_limit(quota, "Apps", most=call.options.max_apps, used=used)


def app_quota(app_type: str, instance: str) -> str:
    """The name of the quota of such apps (amazon-sagemaker-feedback#157)."""
    return f"Studio {app_type} Apps running on {instance} instances"


def assume_role(call: Call, where: AppLocation, arn: str) -> None:
    """Assume the execution role as the start does; a failure makes the app Failed.

    Source identity needs sts:SetSourceIdentity in the trust policy (monitor-user-access in the
    guide). CreateDomain does not check it: the provider's acceptance test of a domain sets
    USER_PROFILE_NAME with a role that trusts sts:AssumeRole alone.
    """
    role_arn = where.settings.get("ExecutionRole", "")
    checks.execution_role(call, role_arn, source_arn=arn)
    mode = within(where.domain.data, "DomainSettings", "ExecutionRoleIdentityConfig")
    role = iam.role_named(call.account, role_arn)
    if mode != "USER_PROFILE_NAME" or role is None:
        return
    context: iam.Context = {"aws:SourceArn": arn}
    if not iam.trusts(role, checks.SERVICE, "sts:SetSourceIdentity", context=context):
        raise AwsError(
            "ValidationException",
            f"SageMaker is unable to perform sts:SetSourceIdentity on the role '{role_arn}'. "
            "Check its trust relationship.",
        )


def _distribution(call: Call) -> str:
    return (
        f"arn:{call.partition}:sagemaker:{call.region}:{_AWS_IMAGES}:image/"
        "sagemaker-distribution-cpu"
    )
