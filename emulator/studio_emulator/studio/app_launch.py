"""A new app: settings; which types, names, images, memory, quotas refuse it; when it fails."""

from collections.abc import Iterable
from dataclasses import dataclass

from studio_emulator import iam
from studio_emulator.call import Call, Params
from studio_emulator.studio import aws_accounts, checks, lookup, settings_checks, usage
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.refusals import invalid
from studio_emulator.studio.settings_merge import CLEARED, Settings, inherited, within
from studio_emulator.studio.store import Store, by_arn

CLASSIC = ("JupyterServer", "KernelGateway")
IN_SPACES = ("JupyterLab", "CodeEditor")
RSTUDIO = ("RStudioServerPro", "RSessionGateway")
ONLY_NAME = "default"
DEFAULT_INSTANCE = "ml.t3.medium"

# Remote access needs 8 GiB (remote-access in the guide); these instance types have less.
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


@dataclass(frozen=True)
class AppLocation:
    """The space or user profile in which an app runs.

    resource: the space or user profile itself. profile: the app's user, None in a shared space.
    settings: the UserSettings or DefaultSpaceSettings of the app, with the domain's defaults.
    """

    domain: Resource
    resource: Resource
    space: Resource | None
    profile: Resource | None
    settings: Settings


def locate(params: Params, state: Store) -> AppLocation:
    """The location that a CreateApp request names. Raises ValidationException."""
    domain = lookup.usable_domain(state, params["DomainId"])
    kind, name = owner(params)
    label = "Space" if kind == "space" else "UserProfile"
    table = state.spaces if kind == "space" else state.user_profiles
    found = table.get(lookup.member_key(domain.id, name))
    if found is None:
        raise invalid(f"{label} [{name}] does not exist in domain [{domain.id}].")
    lookup.require_state(found, label, lookup.USABLE)
    space = found if kind == "space" else None
    profile = state.user_profiles.get(found.owned["profile"]) if space else found
    shared = space is not None and within(space.data, "SpaceSharingSettings", "SharingType") in (
        None,
        "Shared",
    )
    if shared:
        settings: Settings = domain.data.get("DefaultSpaceSettings", {})
    else:
        own = within(profile.data if profile else None, "UserSettings")
        settings = inherited(own, domain.data["DefaultUserSettings"])
    return AppLocation(domain, found, space, profile, settings)


def owner(params: Params) -> tuple[str, str]:
    """The kind and the name of the app's location in a request. Raises ValidationException."""
    space, profile = params.get("SpaceName"), params.get("UserProfileName")
    if (space is None) == (profile is None):
        raise invalid("Exactly one of SpaceName and UserProfileName must be specified.")
    return ("space", str(space)) if space is not None else ("user-profile", str(profile))


def check_type(params: Params, where: AppLocation) -> None:
    """Raise ValidationException for an app type or app name that the location does not allow."""
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
            raise invalid(
                f"Space [{where.space.name}] is for apps of type {of_space}, not {app_type}."
            )


def resource_spec(params: Params, call: Call, state: Store, where: AppLocation) -> Settings:
    """The app's ResourceSpec: the request's members, completed by defaults.

    The space's defaults precede those of the user profile, the domain and AWS.
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
    image = next(
        (s for s in sources if "SageMakerImageArn" in s or usage.image_of_version(s, state)), {}
    )
    if not image and call.options.app_image_required:
        raise invalid(f"SageMakerImageArn must be specified for apps of type {app_type}.")
    spec = {
        "SageMakerImageArn": image.get("SageMakerImageArn")
        or usage.image_of_version(image, state)
        or _distribution(call),
        **{m: image[m] for m in _IMAGE_MEMBERS if m in image},
        "InstanceType": _nearest("InstanceType", sources) or DEFAULT_INSTANCE,
        **given,
    }
    # LifecycleConfigArns only offers scripts; the default is in DefaultResourceSpec.
    script = _nearest("LifecycleConfigArn", sources)
    if script in (None, CLEARED):
        spec.pop("LifecycleConfigArn", None)
    else:
        spec["LifecycleConfigArn"] = script
    _check_spec(spec, call, state, where, app_type)
    return spec


_IMAGE_MEMBERS = ("SageMakerImageVersionArn", "SageMakerImageVersionAlias")


def _nearest(member: str, sources: Iterable[Settings]) -> str | None:
    return next((spec[member] for spec in sources if member in spec), None)


def _check_spec(
    spec: Settings, call: Call, state: Store, where: AppLocation, app_type: str
) -> None:
    settings_checks.resource_spec(spec, call)
    script = spec.get("LifecycleConfigArn")
    if script and settings_checks.lifecycle_config(script, state) not in (None, app_type):
        raise invalid(f"Studio lifecycle config [{script}] is not for apps of type {app_type}.")
    instance = spec["InstanceType"]
    if instance == "system":
        raise invalid(f"InstanceType 'system' is not supported for apps of type {app_type}.")
    space = where.space.data if where.space else None
    remote = within(space, "SpaceSettings", "RemoteAccess") == "ENABLED"
    if remote and instance in TOO_SMALL_FOR_REMOTE_ACCESS:
        raise invalid(f"InstanceType '{instance}' has less than the 8 GiB RemoteAccess needs.")
    name = custom_image(spec, state)
    profile = where.profile.data if where.profile else None
    if name and (app_type, name) not in usage.attached(where.domain.data, profile):
        raise invalid(f"Image [{name}] is not attached to the domain or the user profile.")
    if name:
        usage.version(spec, name, state)
    elif usage.image_of_version(spec, state):
        arn, image = spec["SageMakerImageVersionArn"], spec["SageMakerImageArn"]
        raise invalid(f"ImageVersion [{arn}] is not a version of Image [{image}].")


def custom_image(spec: Settings, state: Store) -> str | None:
    """The name of the account's image in a ResourceSpec; None for an image of SageMaker."""
    image = by_arn(state.images, spec["SageMakerImageArn"])
    return image.name if image else None


def check_quota(call: Call, state: Store, app_type: str, instance: str) -> None:
    """Raise ResourceLimitExceeded if no further app fits into the quota."""
    used = sum(
        app.data["AppType"] == app_type and app.data["ResourceSpec"]["InstanceType"] == instance
        for app in state.apps.values()
        if app.status in lookup.RUNNING
    )
    quota = app_quota(app_type, instance)
    lookup.within_limit(quota, "Apps", most=call.options.max_apps, used=used)


def app_quota(app_type: str, instance: str) -> str:
    """The name of the quota (amazon-sagemaker-feedback#157)."""
    return f"Studio {app_type} Apps running on {instance} instances"


def assume_role(call: Call, where: AppLocation, arn: str) -> None:
    """Assume the execution role as the app's start does. Raises ValidationException.

    Source identity needs sts:SetSourceIdentity in the trust policy (monitor-user-access in the
    guide). CreateDomain does not check it: the provider's acceptance test of a domain sets
    USER_PROFILE_NAME with a trust policy for sts:AssumeRole only.
    """
    role_arn = where.settings.get("ExecutionRole", "")
    role = checks.execution_role(call, role_arn, source_arn=arn)
    mode = within(where.domain.data, "DomainSettings", "ExecutionRoleIdentityConfig")
    context: iam.Context = {"aws:SourceArn": arn}
    if mode == "USER_PROFILE_NAME" and not iam.trusts(
        role, checks.SERVICE, "sts:SetSourceIdentity", context=context
    ):
        raise invalid(
            f"SageMaker is unable to perform sts:SetSourceIdentity on the role '{role_arn}'. "
            "Check its trust relationship."
        )


def _distribution(call: Call) -> str:
    return (
        f"arn:{call.partition}:sagemaker:{call.region}:{aws_accounts.of_images(call.region)}:image/"
        "sagemaker-distribution-cpu"
    )
