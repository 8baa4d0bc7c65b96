"""Checks the nested settings of domains, user profiles and spaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from studio_emulator.studio import checks
from studio_emulator.studio.call import Call
from studio_emulator.studio.checks import invalid
from studio_emulator.studio.settings_merge import Settings, within
from studio_emulator.studio.store import Store, store

MOST_PROFILE_IMAGES = 5

# Settings of an app type -> (app type, the member of an app image config that serves it)
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
    """UserSettings or DefaultSpaceSettings of a domain (`of_domain`), or of a user profile."""
    for role in (settings.get("ExecutionRole"), *_emr_roles(settings)):
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
    """Images, lifecycle configurations and idle times of each app type's settings.

    A lifecycle configuration may be one for another type of app: the provider's acceptance tests
    attach one for JupyterServer to JupyterLab and KernelGateway settings.
    """
    held = store(call)
    for member, (app_type, config_member) in APP_SETTINGS.items():
        of_type: Settings = settings.get(member, {})
        for image in of_type.get("CustomImages", []):
            _custom_image(image, held, app_type, config_member)
        spec: Settings = of_type.get("DefaultResourceSpec", {})
        resource_spec(spec, call)
        scripts = (
            of_type.get("BuiltInLifecycleConfigArn"),
            *of_type.get("LifecycleConfigArns", []),
        )
        for arn in filter(None, scripts):
            lifecycle_config(arn, held)
        _idle(within(of_type, "AppLifecycleManagement", "IdleSettings") or {})


def resource_spec(spec: Settings, call: Call) -> None:
    """The images and the lifecycle configuration that a ResourceSpec names."""
    held = store(call)
    if arn := spec.get("LifecycleConfigArn"):
        lifecycle_config(arn, held)
    if image := spec.get("SageMakerImageArn"):
        image_arn(image, call, held)
    if version := spec.get("SageMakerImageVersionArn"):
        image_version_arn(version, call, held)


def lifecycle_config(arn: str, held: Store) -> str | None:
    """The app type of the lifecycle configuration, which exists; None for `None` (clears it)."""
    if arn == "None":
        return None
    found = next((c for c in held.lifecycle_configs.values() if c.arn == arn), None)
    if found is None:
        raise invalid(f"Studio lifecycle config [{arn}] does not exist.")
    return str(found.data["StudioLifecycleConfigAppType"])


def image_arn(arn: str, call: Call, held: Store) -> None:
    """The image exists, unless it is another account's, as SageMaker's own images are."""
    if _is_own(arn, call) and all(image.arn != arn for image in held.images.values()):
        raise invalid(f"Image [{arn}] does not exist.")


def image_version_arn(arn: str, call: Call, held: Store) -> None:
    """The image version exists and is ready, unless it is another account's; `None` clears it."""
    if not _is_own(arn, call):
        return
    found = next((v for v in held.image_versions.values() if v.arn == arn), None)
    if found is None:
        raise invalid(f"ImageVersion [{arn}] does not exist.")
    if found.status != "CREATED":
        raise invalid(f"ImageVersion [{arn}] is not in state CREATED.")


def _is_own(arn: str, call: Call) -> bool:
    return arn != "None" and arn.split(":")[4] == call.account


def _custom_image(image: Settings, held: Store, app_type: str, config_member: str) -> None:
    # The model's smallest number is 0, and no version has it: the provider sends it for "newest".
    name, number = image["ImageName"], image.get("ImageVersionNumber") or None
    if name not in held.images:
        raise invalid(f"Image [{name}] does not exist.")
    ready = [v for (of, _), v in held.image_versions.items() if of == name and _is_ready(v.status)]
    if number is None and not ready:
        raise invalid(f"Image [{name}] has no version in state CREATED.")
    if number is not None and held.image_versions.get((name, number)) not in ready:
        raise invalid(f"ImageVersion [{name}:{number}] does not exist or is not CREATED.")
    config_name = image["AppImageConfigName"]
    config = held.app_image_configs.get(config_name)
    if config is None:
        raise invalid(f"AppImageConfig [{config_name}] does not exist.")
    # One of no type passes: the provider's acceptance test attaches such a one for Code Editor.
    if config_member not in config.data and config.data.keys() & _CONFIG_MEMBERS:
        raise invalid(f"AppImageConfig [{config_name}] is not for apps of type {app_type}.")


def _is_ready(status: str) -> bool:
    return status == "CREATED"


def custom_images(settings: Settings | None) -> Iterator[tuple[str, str]]:
    """(app type, image name) of every custom image attached."""
    for member, (app_type, _) in APP_SETTINGS.items():
        for image in within(settings, member, "CustomImages") or []:
            yield app_type, image["ImageName"]


def _profile_images(settings: Settings) -> None:
    for member in APP_SETTINGS:
        images: list[Any] = within(settings, member, "CustomImages") or []
        if len(images) > MOST_PROFILE_IMAGES:
            raise invalid(
                f"{member}.CustomImages: a user profile can have at most {MOST_PROFILE_IMAGES} "
                f"custom images attached, not {len(images)}."
            )


def _emr_roles(settings: Settings) -> list[str]:
    emr = within(settings, "JupyterLabAppSettings", "EmrSettings") or {}
    return list(emr.get("ExecutionRoleArns", []))


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
