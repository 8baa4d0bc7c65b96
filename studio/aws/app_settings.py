"""Clears settings of apps that Terraform no longer configures, and images that are detached.

Terraform's provider omits empty members from its requests. AWS documents values that clear members,
not that it clears omitted ones: an empty list for `LifecycleConfigArns`, the text None for
`LifecycleConfigArn` and `SageMakerImageVersionArn` (ResourceSpec and JupyterLabAppSettings in
SageMaker's API reference). An update here sends all settings of an app type, so that it does not
matter whether AWS replaces or merges them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog import distribution
from studio.aws.client import Aws
from studio.aws.domain_resources import DomainResource, ResourceType, describe_resource
from studio.aws.errors import AwsError
from studio.aws.waiting import wait
from studio.console.reports import Report
from studio.errors import RUN_AGAIN, StepFailed

AppSettings = Mapping[str, Any]
"""The settings of one app type in SageMaker's API."""

MEMBERS = ("JupyterLabAppSettings", "CodeEditorAppSettings", "KernelGatewayAppSettings")
SPEC = "DefaultResourceSpec"

_LISTS = {"LifecycleConfigArns": "lifecycle configurations", "CustomImages": "custom images"}
_ARNS = {
    "LifecycleConfigArn": "default lifecycle configuration",
    "SageMakerImageVersionArn": "image version",
}
_IMAGE, _ALIAS = "SageMakerImageArn", "SageMakerImageVersionAlias"
_CLEARED = "None"
_UPDATE_SECONDS = 600.0


@dataclass(frozen=True, kw_only=True)
class SettingsUpdate:
    """An update that clears settings of a resource.

    member: of the request, such as ``UserSettings``. cleared: their names in messages.
    """

    kind: ResourceType
    resource: DomainResource
    member: str
    settings: Mapping[str, Any]
    cleared: tuple[str, ...]

    def __str__(self) -> str:
        return f"{', '.join(self.cleared)} of {self.kind.noun} {self.resource.name}"


def send(aws: Aws, update: SettingsUpdate, report: Report) -> None:
    """Send the update, and wait for it. Raises AwsError, StepFailed."""
    update_settings(aws, update.kind, update.resource, {update.member: update.settings}, report)
    report(f"cleared   {update}")


def update_settings(
    aws: Aws,
    kind: ResourceType,
    resource: DomainResource,
    changes: Mapping[str, Any],
    report: Report,
) -> None:
    """Update a domain, user profile or space, and wait. Raises AwsError, StepFailed."""
    update = getattr(aws.client("sagemaker"), f"update_{kind.operation}")
    try:
        update(**dict(resource.key), **changes)
    except AwsError as error:
        if error.code != "ResourceInUse":
            raise
        raise StepFailed(
            f"{error}: stop the app with `studio stop USER`, then {RUN_AGAIN}"
        ) from None

    def pending() -> str:
        status = describe_resource(aws, kind, resource)["Status"]
        return resource.name if status == "Updating" else ""

    wait(pending, seconds=_UPDATE_SECONDS, report=report)


def cleared_settings(
    held: AppSettings, written: AppSettings
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The settings that clear members which Terraform does not write, and the members' names.

    Both are empty if there are none. held: AWS's settings. written: Terraform's.

    No value clears an alias. The settings omit it if its image stays, and set it with its image,
    because Terraform does not change it (modules/user_profile.py).
    """
    spec, wanted = dict(held.get(SPEC, {})), written.get(SPEC, {})
    lists = [name for name in _LISTS if held.get(name) and not written.get(name)]
    arns = [name for name in _ARNS if name in spec and name not in wanted]
    cleared = [*(_LISTS[name] for name in lists), *(_ARNS[name] for name in arns)]
    spec |= dict.fromkeys(arns, _CLEARED)
    if _ALIAS in wanted and spec.get(_ALIAS) != wanted[_ALIAS]:
        spec |= {_IMAGE: wanted[_IMAGE], _ALIAS: wanted[_ALIAS]}
        cleared.append("image of an earlier setting")
    elif (
        _ALIAS in spec and _ALIAS not in wanted and distribution.is_published(spec.get(_IMAGE, ""))
    ):
        del spec[_ALIAS]
        cleared.append("alias of the image version")
    if not cleared:
        return {}, ()
    update = {**held, **{name: [] for name in lists}}
    return update | ({SPEC: spec} if spec else {}), tuple(cleared)


def without_script(held: AppSettings) -> dict[str, Any]:
    """The settings without a default lifecycle configuration."""
    return {**held, SPEC: {**held[SPEC], "LifecycleConfigArn": _CLEARED}}


def without_images(held: AppSettings, images: Collection[str], *, region: str) -> dict[str, Any]:
    """The settings without these images (SageMaker's names); empty if unchanged.

    No value clears the image of a ResourceSpec, so SageMaker Distribution replaces it.
    """
    left = dict(held)
    if "CustomImages" in held:
        left["CustomImages"] = [
            one for one in held["CustomImages"] if one["ImageName"] not in images
        ]
    spec = held.get(SPEC, {})
    # ARNs have the names of images in lower case.
    if spec.get(_IMAGE, "").rpartition(":image/")[2] in {image.lower() for image in images}:
        kept = {key: value for key, value in spec.items() if not key.startswith("SageMakerImage")}
        if "SageMakerImageVersionArn" in spec:
            kept["SageMakerImageVersionArn"] = _CLEARED
        if region in distribution.OWNERS:
            kept[_IMAGE] = distribution.image_arn(region, spec.get("InstanceType", ""))
            kept[_ALIAS] = distribution.VERSION_ALIAS
        left[SPEC] = kept
    return left if left != dict(held) else {}


def named_scripts(descriptions: Iterable[Any]) -> set[str]:
    """The ARNs of all lifecycle configurations in the descriptions."""
    found: set[str] = set()
    for node in descriptions:
        if isinstance(node, dict):
            found |= {node["LifecycleConfigArn"]} if "LifecycleConfigArn" in node else set()
            found |= set(node.get("LifecycleConfigArns", ()))
            found |= named_scripts(node.values())
        elif isinstance(node, list):
            found |= named_scripts(node)
    return found
