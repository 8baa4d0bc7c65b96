"""The users' spaces: what the settings say is what Terraform makes."""

import json
from typing import Any

import pytest

from settings import Settings
from settings.record import Content
from tests.unit.conftest import SettingsBuilder, Synth
from tests.unit.samples import SLIM, TORCH, content, users_stack

IMAGES = {"slim": {}, "torch": {"app_types": ["JupyterLab", "CodeEditor", "KernelGateway"]}}
APPS = {"JupyterLab": "jupyter_lab_app_settings", "CodeEditor": "code_editor_app_settings"}


def resources(synth: Synth, settings: Settings, *slim: Content) -> dict[str, Any]:
    found: dict[str, Any] = synth(users_stack(settings, *slim))["resource"]
    return found


def spaces(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {space["space_name"]: space for space in found["aws_sagemaker_space"].values()}


def app(space: dict[str, Any]) -> dict[str, Any]:
    settings = space["space_settings"]
    found: dict[str, Any] = settings[APPS[settings["app_type"]]]
    return found


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


def test_a_space_is_as_the_settings_say(settings: SettingsBuilder, synth: Synth) -> None:
    own = {"instance_type": "ml.m5.large", "volume_gb": 200, "app_type": "CodeEditor"}
    built = settings(
        image=IMAGES,
        defaults={"idle_minutes": 90},
        users={"alice": {}, "bob": {"space": own, "idle_minutes": 600}},
    )
    found = resources(synth, built)
    expected = {
        "alice": ("JupyterLab", "ml.t3.large", 20, 90, SLIM.arn),
        "bob": ("CodeEditor", "ml.m5.large", 200, 600, TORCH.arn),
    }
    for name, (app_type, instance, volume, minutes, image) in expected.items():
        space = spaces(found)[name]
        assert space["space_settings"] == {
            "app_type": app_type,
            "space_storage_settings": {"ebs_storage_settings": {"ebs_volume_size_in_gb": volume}},
            APPS[app_type]: {
                "app_lifecycle_management": {"idle_settings": {"idle_timeout_in_minutes": minutes}},
                "default_resource_spec": {"instance_type": instance, "sagemaker_image_arn": image},
            },
        }


@pytest.mark.parametrize(("volume", "largest"), [(5, 100), (100, 100), (101, 101), (16384, 16384)])
def test_a_profile_lets_a_space_have_its_volume(
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
def test_a_space_starts_the_version_that_its_user_gets(
    settings: SettingsBuilder,
    synth: Synth,
    sections: dict[str, Any],
    slim: tuple[Content, ...],
    number: int | None,
) -> None:
    built = settings(**{"users": {"alice": {}}, **sections})
    spec = app(spaces(resources(synth, built, *slim))["alice"])["default_resource_spec"]
    versioned = f'${{replace("{SLIM.arn}", ":image/", ":image-version/")}}/{number}'
    assert spec["sagemaker_image_arn"] == SLIM.arn
    assert spec.get("sagemaker_image_version_arn") == (number and versioned)


def test_without_an_image_of_its_own_a_space_starts_sagemakers(
    settings: SettingsBuilder, synth: Synth
) -> None:
    built = settings(users={"alice": {"space": {"image": "SageMaker"}}, "bob": {"images": []}})
    for space in spaces(resources(synth, built)).values():
        assert app(space)["default_resource_spec"] == {"instance_type": "ml.t3.large"}


def scripts(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The lifecycle configurations by what refers to them."""
    return {
        f"${{aws_sagemaker_studio_lifecycle_config.{address}.arn}}": config
        for address, config in found["aws_sagemaker_studio_lifecycle_config"].items()
    }


def test_spaces_start_the_script_where_ssh_helper_is_the_way(
    settings: SettingsBuilder, synth: Synth
) -> None:
    space = {"app_type": "CodeEditor"}
    built = settings(users={"alice": {}, "bob": {"connect": "ssh-helper", "space": space}})
    found = resources(synth, built)
    specs = {name: app(at)["default_resource_spec"] for name, at in spaces(found).items()}
    assert "lifecycle_config_arn" not in specs["alice"]
    script = scripts(found)[specs["bob"]["lifecycle_config_arn"]]
    assert script["studio_lifecycle_config_app_type"] == "CodeEditor"
    assert script["studio_lifecycle_config_name"].startswith("studio-ssh-bob-")
    assert script["lifecycle"] == {"create_before_destroy": True}


def test_each_profile_may_start_its_own_script_and_no_other(
    settings: SettingsBuilder, synth: Synth
) -> None:
    template = synth(users_stack(settings(users={"alice": {}, "bob": {"connect": "ssh-helper"}})))
    found = template["resource"]
    known, shown = scripts(found), template["output"]["start_scripts"]["value"]
    for profile in found["aws_sagemaker_user_profile"].values():
        name, user = profile["user_profile_name"], profile["user_settings"]
        (script,) = user["jupyter_lab_app_settings"]["lifecycle_config_arns"]
        assert known[script]["studio_lifecycle_config_name"].startswith(f"studio-ssh-{name}-")
        assert "lifecycle_config_arns" not in user["code_editor_app_settings"]
        assert shown[name] == script


def test_without_connect_there_is_a_space_and_no_script(
    settings: SettingsBuilder, synth: Synth
) -> None:
    found = resources(synth, settings(features=[], defaults={"connect": "ssh-helper"}))
    assert "aws_sagemaker_studio_lifecycle_config" not in found
    assert "lifecycle_config_arn" not in json.dumps(found)
    assert set(spaces(found)) == {"alice", "bob"}


def test_remote_access_is_not_terraforms(settings: SettingsBuilder, synth: Synth) -> None:
    assert "remote_access" not in json.dumps(resources(synth, settings()))
