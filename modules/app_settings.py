"""Studio's apps, in domain and profile: images, idle time-out, how they start, which are hidden."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cdktf import Fn

from catalog.names import IDLE_MINUTES, AppType
from modules.custom_image import CustomImage

_ARGUMENTS = {
    AppType.JUPYTER_LAB: "jupyter_lab_app_settings",
    AppType.CODE_EDITOR: "code_editor_app_settings",
    AppType.KERNEL_GATEWAY: "kernel_gateway_app_settings",
}
# The applications in Studio's navigation (SageMaker guide, "Hide machine learning tools and
# applications in the Amazon SageMaker Studio UI") and their app types. JupyterServer is Studio
# Classic, whose notebooks run in KernelGateway apps; Canvas and RStudio are not offered here.
_NAVIGATION: dict[str, AppType | None] = {
    "Canvas": None,
    "CodeEditor": AppType.CODE_EDITOR,
    "JupyterLab": AppType.JUPYTER_LAB,
    "JupyterServer": AppType.KERNEL_GATEWAY,
    "RStudioServerPro": None,
}
# SageMaker shuts down these app types when they are idle; others have no such setting.
_SHUT_DOWN_WHEN_IDLE = (AppType.JUPYTER_LAB, AppType.CODE_EDITOR)


@dataclass(frozen=True, kw_only=True)
class PublishedImage:
    """An image that AWS publishes, such as SageMaker Distribution."""

    arn: str
    version_alias: str


@dataclass(frozen=True, kw_only=True)
class Start:
    """How an app starts by default.

    image: an attached or a published image; None only for apps that SageMaker does not start, since
        it refuses an app of a space without an image (hashicorp/terraform-provider-aws#36008).
    script_arn: a lifecycle configuration that apps may start with; default none.
    with_script: whether apps start with it by default.
    """

    instance_type: str
    image: CustomImage | PublishedImage | None
    script_arn: str | None = None
    with_script: bool = False


def app_settings(
    *,
    images: Iterable[CustomImage],
    idle_minutes: int,
    start: Mapping[AppType, Start] | None = None,
) -> dict[str, Any]:
    """Arguments for a struct of user settings: the images, idle time-out and start of each app.

    Without a version of an image, SageMaker starts the newest one, so that a new version changes
    neither domain nor user profile.

    idle_minutes: 60 to 525,600, SageMaker's limits. Users may choose 60 to this for a space. (Sets
        both limits, because the provider sends a missing one as 0, which SageMaker refuses.)
    start: how apps of each type start; default, as in the domain. Name each type that may ever have
        a start: the provider cannot remove a block, nor SageMaker an instance type.
    """
    attached = list(images)
    arguments: dict[str, Any] = {}
    for app_type in AppType:
        blocks: dict[str, Any] = {}
        # jsii converts the keys of a dict, but not those of a dict in a list.
        custom_images = [
            {
                "imageName": image.image_name,
                "appImageConfigName": image.app_image_configs[app_type],
                "imageVersionNumber": image.version,
            }
            for image in attached
            if app_type in image.app_image_configs
        ]
        if custom_images:
            blocks["custom_image"] = custom_images
        if app_type in _SHUT_DOWN_WHEN_IDLE:
            blocks["app_lifecycle_management"] = {
                "idle_settings": {
                    "lifecycle_management": "ENABLED",
                    "idle_timeout_in_minutes": idle_minutes,
                    "min_idle_timeout_in_minutes": IDLE_MINUTES[0],
                    "max_idle_timeout_in_minutes": idle_minutes,
                }
            }
        if start and app_type in start:
            blocks["default_resource_spec"] = _resources(start[app_type])
            if script := start[app_type].script_arn:
                blocks["lifecycle_config_arns"] = [script]
        if blocks:
            arguments[_ARGUMENTS[app_type]] = blocks
    return arguments


def _resources(start: Start) -> dict[str, str | None]:
    resources = {
        "instance_type": start.instance_type,
        "lifecycle_config_arn": start.script_arn if start.with_script else None,
        "sagemaker_image_arn": start.image.arn if start.image else None,
    }
    match start.image:
        case PublishedImage(version_alias=alias):
            resources["sagemaker_image_version_alias"] = alias
        case CustomImage(version=int(version)):
            versions = Fn.replace(start.image.arn, ":image/", ":image-version/")
            resources["sagemaker_image_version_arn"] = f"{versions}/{version}"
    return resources


def hidden_app_types(shown: Iterable[AppType]) -> list[str]:
    """The entries to hide in Studio's navigation, all except ``shown``."""
    wanted = set(shown)
    return sorted(entry for entry, app_type in _NAVIGATION.items() if app_type not in wanted)
