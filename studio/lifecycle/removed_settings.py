"""Settings of user profiles and spaces that AWS still has and Terraform's provider cannot clear.

`studio up` clears them before it applies the users stack, which deletes the resources that they
name. Read-only commands show them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic.alias_generators import to_snake

from settings import Feature, Settings
from studio.aws import app_settings, domain_resources
from studio.aws.app_settings import SettingsUpdate
from studio.aws.client import Aws
from studio.aws.domain_resources import DomainResource
from studio.lifecycle.start_scripts import is_start_script
from studio.processes.parallel import run_graph
from studio.terraform.deployment import Deployment

_AT_ONCE = 8

_LISTS = {"lifecycle_config_arns": "LifecycleConfigArns", "custom_image": "CustomImages"}
_SPEC = {
    "lifecycle_config_arn": "LifecycleConfigArn",
    "sagemaker_image_arn": "SageMakerImageArn",
    "sagemaker_image_version_arn": "SageMakerImageVersionArn",
    "sagemaker_image_version_alias": "SageMakerImageVersionAlias",
}
"""The members that `app_settings.cleared_settings` reads: Terraform's names and the API's."""


@dataclass(frozen=True, kw_only=True)
class RemovedSettings:
    """updates: the requests that clear them. kept: lines about those that cannot be cleared yet."""

    updates: tuple[SettingsUpdate, ...] = ()
    kept: tuple[str, ...] = ()


def find_removed_settings(settings: Settings, deployment: Deployment, aws: Aws) -> RemovedSettings:
    """Compare the synthesized user profiles and the features with AWS; changes nothing.

    Raises AwsError, UserError for a state that cannot be read.
    """
    domain_id = deployment.output("domain", "domain_id")
    stacks = deployment.named(["users"])
    if domain_id is None or not stacks:
        return RemovedSettings()
    written = _written(stacks[0].resources.get("aws_sagemaker_user_profile", {}))
    there = domain_resources.list_resources(aws, domain_resources.PROFILES, domain_id)
    profiles = [profile for profile in there if profile.name in written]
    describe = aws.client("sagemaker").describe_user_profile
    described = run_graph(
        {profile.name: partial(describe, **dict(profile.key)) for profile in profiles},
        limit=_AT_ONCE,
    )
    updates = [
        update
        for profile in profiles
        if (update := _of_profile(profile, described[profile.name], written[profile.name]))
    ]
    if Feature.CONNECT in settings.features:
        return RemovedSettings(updates=tuple(updates))
    of_spaces = _without_connect(settings, aws, domain_id)
    return RemovedSettings(updates=(*updates, *of_spaces.updates), kept=of_spaces.kept)


def _written(profiles: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The settings of apps that Terraform writes, in the API's names, by user profile."""
    return {
        profile["user_profile_name"]: {
            member: {
                **_renamed(block, _LISTS),
                app_settings.SPEC: _renamed(block.get("default_resource_spec", {}), _SPEC),
            }
            for member in app_settings.MEMBERS
            for block in [profile["user_settings"].get(to_snake(member), {})]
        }
        for profile in profiles.values()
    }


def _renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {name: values[ours] for ours, name in names.items() if values.get(ours)}


def _of_profile(
    profile: DomainResource, described: Mapping[str, Any], written: Mapping[str, Any]
) -> SettingsUpdate | None:
    held = described.get("UserSettings", {})
    found = {
        member: app_settings.cleared_settings(held.get(member, {}), written[member])
        for member in app_settings.MEMBERS
    }
    cleared = dict.fromkeys(what for _, each in found.values() for what in each)
    if not cleared:
        return None
    return SettingsUpdate(
        kind=domain_resources.PROFILES,
        resource=profile,
        member="UserSettings",
        settings={member: update for member, (update, _) in found.items() if update},
        cleared=tuple(cleared),
    )


def _without_connect(settings: Settings, aws: Aws, domain_id: str) -> RemovedSettings:
    """The settings that the feature ``connect`` left in spaces."""
    apps = domain_resources.list_resources(aws, domain_resources.APPS, domain_id)
    busy = {app.listed.get("SpaceName") for app in apps}
    updates, kept = [], []
    spaces = domain_resources.list_described(aws, domain_resources.SPACES, domain_id)
    for space, described in spaces:
        held = described.get("SpaceSettings", {})
        change: dict[str, Any] = dict(_without_scripts(settings, held))
        cleared = ["default lifecycle configuration"] if change else []
        if held.get("RemoteAccess") == "ENABLED" and space.name in busy:
            kept.append(
                f"remote access of space {space.name} stays while its app runs: "
                "stop it, then run `studio up` again"
            )
        elif held.get("RemoteAccess") == "ENABLED":
            change["RemoteAccess"] = "DISABLED"
            cleared.append("remote access")
        if change:
            updates.append(
                SettingsUpdate(
                    kind=domain_resources.SPACES,
                    resource=space,
                    member="SpaceSettings",
                    settings=change,
                    cleared=tuple(cleared),
                )
            )
    return RemovedSettings(updates=tuple(updates), kept=tuple(kept))


def _without_scripts(
    settings: Settings, held: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for member in app_settings.MEMBERS:
        named = held.get(member, {}).get(app_settings.SPEC, {}).get("LifecycleConfigArn", "")
        if is_start_script(settings, named):
            yield member, app_settings.without_script(held[member])
