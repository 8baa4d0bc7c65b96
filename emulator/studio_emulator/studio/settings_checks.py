"""Checks the settings of users and spaces: images, scripts, idle times, landing pages."""

from collections.abc import Mapping
from typing import Any

from studio_emulator.call import Call
from studio_emulator.studio import aws_accounts, checks
from studio_emulator.studio.refusals import invalid
from studio_emulator.studio.settings_merge import CLEARED, Settings, within
from studio_emulator.studio.store import Store, by_arn, store

MOST_PROFILE_IMAGES = 5

# Member of the settings -> (app type, member of an app image config for this type)
APP_SETTINGS: Mapping[str, tuple[str, str]] = {
    "JupyterServerAppSettings": ("JupyterServer", ""),
    "KernelGatewayAppSettings": ("KernelGateway", "KernelGatewayImageConfig"),
    "JupyterLabAppSettings": ("JupyterLab", "JupyterLabAppImageConfig"),
    "CodeEditorAppSettings": ("CodeEditor", "CodeEditorAppImageConfig"),
}

_CONFIG_MEMBERS = {member for _, member in APP_SETTINGS.values() if member}

_LANDINGS = ("studio::", "app:JupyterServer:")


def user_settings(
    settings: Settings, call: Call, *, vpc_id: str | None, source_arn: str, of_domain: bool
) -> None:
    """The UserSettings or DefaultSpaceSettings of a domain or (not `of_domain`) a user profile."""
    emr_roles = within(settings, "JupyterLabAppSettings", "EmrSettings", "ExecutionRoleArns") or []
    for role in (settings.get("ExecutionRole"), *emr_roles):
        if role:
            checks.execution_role(call, role, source_arn=source_arn)
    checks.security_groups(call, vpc_id, settings.get("SecurityGroups", []))
    app_settings(settings, call)
    if of_domain and settings.get("AutoMountHomeEFS") == "DefaultAsDomain":
        raise invalid("AutoMountHomeEFS: DefaultAsDomain is only supported for user profiles.")
    if not of_domain:
        _profile_images(settings)
    _landing(settings)
    _storage(settings)
    for config in settings.get("CustomFileSystemConfigs", []):
        if file_system := within(config, "EFSFileSystemConfig", "FileSystemId"):
            checks.file_system(call, file_system)


def app_settings(settings: Settings, call: Call) -> None:
    """The images, lifecycle configurations and idle times of each app type.

    A lifecycle configuration may have another app type: the provider's acceptance tests attach one
    for JupyterServer to the settings of JupyterLab and KernelGateway.
    """
    state = store(call)
    for member, (app_type, config_member) in APP_SETTINGS.items():
        of_type: Settings = settings.get(member, {})
        for image in of_type.get("CustomImages", []):
            _custom_image(image, state, app_type, config_member)
        spec: Settings = of_type.get("DefaultResourceSpec", {})
        resource_spec(spec, call)
        scripts = (
            of_type.get("BuiltInLifecycleConfigArn"),
            *of_type.get("LifecycleConfigArns", []),
        )
        for arn in filter(None, scripts):
            lifecycle_config(arn, state)
        _idle(within(of_type, "AppLifecycleManagement", "IdleSettings") or {})


def resource_spec(spec: Settings, call: Call) -> None:
    """The image, image version and lifecycle configuration of a ResourceSpec must exist.

    Of AWS's images, only the account and the region are checked.
    """
    state = store(call)
    if arn := spec.get("LifecycleConfigArn"):
        lifecycle_config(arn, state)
    image = spec.get("SageMakerImageArn")
    if image and not (_is_of_aws(image, call) or by_arn(state.images, image)):
        raise invalid(f"Image [{image}] does not exist.")
    version = spec.get("SageMakerImageVersionArn")
    if version and version != CLEARED and not _is_of_aws(version, call):
        found = by_arn(state.image_versions, version)
        if found is None:
            raise invalid(f"ImageVersion [{version}] does not exist.")
        if found.status != "CREATED":
            raise invalid(f"ImageVersion [{version}] is not in state CREATED.")


def lifecycle_config(arn: str, state: Store) -> str | None:
    """The app type of the lifecycle configuration, which must exist; None for CLEARED."""
    if arn == CLEARED:
        return None
    found = by_arn(state.lifecycle_configs, arn)
    if found is None:
        raise invalid(f"Studio lifecycle config [{arn}] does not exist.")
    return str(found.data["StudioLifecycleConfigAppType"])


def version_number(image: Settings) -> int | None:
    """The number of a CustomImage's version; None for the newest version, for which it may be 0."""
    return image.get("ImageVersionNumber") or None


def _is_of_aws(arn: str, call: Call) -> bool:
    _, _, _, region, account, *_ = arn.split(":")
    return region == call.region and aws_accounts.has_images(account, region)


def _custom_image(image: Settings, state: Store, app_type: str, config_member: str) -> None:
    name, number = image["ImageName"], version_number(image)
    if name not in state.images:
        raise invalid(f"Image [{name}] does not exist.")
    ready = [
        v for (of, _), v in state.image_versions.items() if of == name and v.status == "CREATED"
    ]
    if number is None and not ready:
        raise invalid(f"Image [{name}] has no version in state CREATED.")
    if number is not None and state.image_versions.get((name, number)) not in ready:
        raise invalid(f"ImageVersion [{name}:{number}] does not exist or is not CREATED.")
    config_name = image["AppImageConfigName"]
    config = state.app_image_configs.get(config_name)
    if config is None:
        raise invalid(f"AppImageConfig [{config_name}] does not exist.")
    # A config without an app type is valid: the provider's acceptance test attaches one.
    if config_member not in config.data and config.data.keys() & _CONFIG_MEMBERS:
        raise invalid(f"AppImageConfig [{config_name}] is not for apps of type {app_type}.")


def _profile_images(settings: Settings) -> None:
    for member in APP_SETTINGS:
        images: list[Any] = within(settings, member, "CustomImages") or []
        if len(images) > MOST_PROFILE_IMAGES:
            raise invalid(
                f"{member}.CustomImages: a user profile can have at most {MOST_PROFILE_IMAGES} "
                f"custom images attached, not {len(images)}."
            )


def _landing(settings: Settings) -> None:
    uri = settings.get("DefaultLandingUri")
    if uri is None:
        return
    if not uri.startswith(_LANDINGS):
        raise invalid(f"DefaultLandingUri '{uri}' must be one of {', '.join(_LANDINGS)}")
    if uri.startswith("studio::") and settings.get("StudioWebPortal") == "DISABLED":
        raise invalid("DefaultLandingUri 'studio::' needs StudioWebPortal to be ENABLED.")


def _storage(settings: Settings) -> None:
    sizes = within(settings, "SpaceStorageSettings", "DefaultEbsStorageSettings")
    if sizes and sizes["DefaultEbsVolumeSizeInGb"] > sizes["MaximumEbsVolumeSizeInGb"]:
        raise invalid("DefaultEbsVolumeSizeInGb must not be above MaximumEbsVolumeSizeInGb.")


def _idle(idle: Settings) -> None:
    low = idle.get("MinIdleTimeoutInMinutes")
    chosen = idle.get("IdleTimeoutInMinutes")
    high = idle.get("MaxIdleTimeoutInMinutes")
    given = [minutes for minutes in (low, chosen, high) if minutes is not None]
    if given != sorted(given):
        raise invalid(
            "IdleTimeoutInMinutes must lie between MinIdleTimeoutInMinutes and "
            "MaxIdleTimeoutInMinutes."
        )
