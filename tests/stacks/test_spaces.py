"""The spaces of the users have the values of the settings."""

import json
from typing import Any

import pytest

from catalog.distribution import VERSION_ALIAS, image_arn
from settings import Settings
from settings.record import Content
from tests.fixtures import SettingsBuilder, Synth
from tests.record_samples import content
from tests.samples import SLIM, TORCH, users_stack

IMAGES = {"slim": {}, "torch": {"app_types": ["JupyterLab", "CodeEditor", "KernelGateway"]}}
APPS = {"JupyterLab": "jupyter_lab_app_settings", "CodeEditor": "code_editor_app_settings"}


def resources(synth: Synth, settings: Settings, *slim: Content) -> dict[str, Any]:
    found: dict[str, Any] = synth(users_stack(settings, *slim))["resource"]
    return found


def spaces(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {space["space_name"]: space for space in found["aws_sagemaker_space"].values()}


def published(instance_type: str) -> dict[str, str]:
    """The settings of apps of other types than the space."""
    return {
        "instance_type": instance_type,
        "sagemaker_image_arn": image_arn("us-east-1", instance_type),
        "sagemaker_image_version_alias": VERSION_ALIAS,
    }


def apps(found: dict[str, Any], user: str) -> dict[str, Any]:
    """The settings of a user's apps, by app type."""
    (profile,) = [
        profile["user_settings"]
        for profile in found["aws_sagemaker_user_profile"].values()
        if profile["user_profile_name"] == user
    ]
    return {
        kind: profile[block]["default_resource_spec"]
        for kind, block in APPS.items()
        if "default_resource_spec" in profile.get(block, {})
    }


def test_each_user_owns_a_private_space(settings: SettingsBuilder, synth: Synth) -> None:
    found = resources(synth, settings())
    profiles = {
        address: profile["user_profile_name"]
        for address, profile in found["aws_sagemaker_user_profile"].items()
    }
    for name, space in spaces(found).items():
        (profile,) = [address for address, owner in profiles.items() if owner == name]
        at = f"aws_sagemaker_user_profile.{profile}"
        assert space["domain_id"] == "d-0a"
        assert space["space_sharing_settings"] == {"sharing_type": "Private"}
        assert space["ownership_settings"] == {
            "owner_user_profile_name": f"${{{at}.user_profile_name}}"
        }
        assert space["tags"] == {"sagemaker:user-profile-arn": f"${{{at}.arn}}"}
    assert set(spaces(found)) == set(profiles.values()) == {"alice", "bob"}


def test_a_space_and_its_app_have_the_values_of_the_settings(
    settings: SettingsBuilder, synth: Synth
) -> None:
    own = {"instance_type": "ml.m5.large", "volume_gb": 200, "app_type": "CodeEditor"}
    found = resources(synth, settings(image=IMAGES, users={"alice": {}, "bob": {"space": own}}))
    assert {name: space["space_settings"] for name, space in spaces(found).items()} == {
        name: {
            "app_type": app_type,
            "space_storage_settings": {"ebs_storage_settings": {"ebs_volume_size_in_gb": volume}},
        }
        for name, app_type, volume in (("alice", "JupyterLab", 20), ("bob", "CodeEditor", 200))
    }
    assert apps(found, "alice") == {
        "JupyterLab": {"instance_type": "ml.t3.large", "sagemaker_image_arn": SLIM.arn},
        "CodeEditor": published("ml.t3.large"),
    }
    assert apps(found, "bob") == {
        "JupyterLab": published("ml.m5.large"),
        "CodeEditor": {"instance_type": "ml.m5.large", "sagemaker_image_arn": TORCH.arn},
    }


def test_terraform_sets_the_volume_only_of_a_new_space(
    settings: SettingsBuilder, synth: Synth
) -> None:
    """An update of a space would contain its AppType, which AWS refuses."""
    for space in spaces(resources(synth, settings())).values():
        assert space["lifecycle"] == {
            "ignore_changes": [
                "space_settings[0].code_editor_app_settings",
                "space_settings[0].jupyter_lab_app_settings",
                "space_settings[0].space_storage_settings",
            ]
        }


@pytest.mark.parametrize(("volume", "largest"), [(5, 100), (100, 100), (101, 101), (16384, 16384)])
def test_a_profile_allows_the_volume_of_its_space(
    settings: SettingsBuilder, synth: Synth, volume: int, largest: int
) -> None:
    found = resources(synth, settings(defaults={"space": {"volume_gb": volume}}))
    for profile in found["aws_sagemaker_user_profile"].values():
        storage = profile["user_settings"]["space_storage_settings"]
        assert storage["default_ebs_storage_settings"] == {
            "default_ebs_volume_size_in_gb": volume,
            "maximum_ebs_volume_size_in_gb": largest,
        }


OLDER_IS_HERE = (content("b", 1, 3), content("c", 4))


@pytest.mark.parametrize(
    ("sections", "slim", "number"),
    [
        ({}, (), None),
        ({}, OLDER_IS_HERE, 3),
        ({"image": {"slim": {"version": 1}}}, OLDER_IS_HERE, 1),
        ({"users": {"alice": {"versions": {"slim": "c" * 16}}}}, OLDER_IS_HERE, 4),
    ],
    ids=["the newest", "what the folder went back to", "everyone's pin", "the user's pin"],
)
def test_an_app_starts_the_image_version_of_its_user(
    settings: SettingsBuilder,
    synth: Synth,
    sections: dict[str, Any],
    slim: tuple[Content, ...],
    number: int | None,
) -> None:
    built = settings(**{"users": {"alice": {}}, **sections})
    spec = apps(resources(synth, built, *slim), "alice")["JupyterLab"]
    versioned = f'${{replace("{SLIM.arn}", ":image/", ":image-version/")}}/{number}'
    assert spec["sagemaker_image_arn"] == SLIM.arn
    assert spec.get("sagemaker_image_version_arn") == (number and versioned)


@pytest.mark.parametrize(
    ("own", "kind"),
    [
        ({"space": {"image": "SageMaker"}}, "cpu"),
        ({"images": []}, "cpu"),
        ({"images": [], "space": {"instance_type": "ml.g5.xlarge"}}, "gpu"),
    ],
)
def test_without_a_custom_image_an_app_starts_sagemaker_distribution(
    settings: SettingsBuilder, synth: Synth, own: dict[str, Any], kind: str
) -> None:
    found = resources(synth, settings(region="eu-west-1", users={"alice": own}))
    spec = apps(found, "alice")["JupyterLab"]
    assert spec["sagemaker_image_arn"] == (
        f"arn:aws:sagemaker:eu-west-1:819792524951:image/sagemaker-distribution-{kind}"
    )
    major, minor, _ = map(int, spec["sagemaker_image_version_alias"].split("."))
    assert (major, minor) >= (2, 7)
    assert "sagemaker_image_version_arn" not in spec


def scripts(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The lifecycle configurations, by the reference to them."""
    return {
        f"${{aws_sagemaker_studio_lifecycle_config.{address}.arn}}": config
        for address, config in found["aws_sagemaker_studio_lifecycle_config"].items()
    }


def test_apps_start_with_the_script_for_ssh_helper(settings: SettingsBuilder, synth: Synth) -> None:
    space = {"app_type": "CodeEditor"}
    built = settings(
        image={"slim": {"app_types": ["JupyterLab", "CodeEditor"]}},
        users={"alice": {}, "bob": {"connect": "ssh-helper", "space": space}},
    )
    found = resources(synth, built)
    assert "lifecycle_config_arn" not in apps(found, "alice")["JupyterLab"]
    script = scripts(found)[apps(found, "bob")["CodeEditor"]["lifecycle_config_arn"]]
    assert script["studio_lifecycle_config_app_type"] == "CodeEditor"
    assert script["studio_lifecycle_config_name"].startswith("studio-ssh-bob-")
    assert script["lifecycle"] == {"create_before_destroy": True}


def test_each_profile_has_only_its_own_script(settings: SettingsBuilder, synth: Synth) -> None:
    template = synth(users_stack(settings(users={"alice": {}, "bob": {"connect": "ssh-helper"}})))
    found = template["resource"]
    known, shown = scripts(found), template["output"]["start_scripts"]["value"]
    for profile in found["aws_sagemaker_user_profile"].values():
        name, user = profile["user_profile_name"], profile["user_settings"]
        (script,) = user["jupyter_lab_app_settings"]["lifecycle_config_arns"]
        assert known[script]["studio_lifecycle_config_name"].startswith(f"studio-ssh-{name}-")
        assert "lifecycle_config_arns" not in user["code_editor_app_settings"]
        assert shown[name] == script


def test_without_connect_a_user_has_a_space_and_no_script(
    settings: SettingsBuilder, synth: Synth
) -> None:
    found = resources(synth, settings(features=[], defaults={"connect": "ssh-helper"}))
    assert "aws_sagemaker_studio_lifecycle_config" not in found
    assert "lifecycle_config_arn" not in json.dumps(found)
    assert set(spaces(found)) == {"alice", "bob"}


def test_terraform_does_not_set_remote_access(settings: SettingsBuilder, synth: Synth) -> None:
    assert "remote_access" not in json.dumps(resources(synth, settings()))
