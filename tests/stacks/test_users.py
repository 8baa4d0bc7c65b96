"""Each user has a user profile, a security group and a space, and shares none of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from catalog.distribution import OWNERS, VERSION_ALIAS, image_arn
from catalog.regions import PARTITIONS
from settings import Settings
from settings.record import Content
from tests.record_samples import content
from tests.samples import EXISTING_VPC, NETWORK, ROLE, SLIM, TORCH, users_stack
from tests.synthesis import Template, by_address, group_names, references, settings, synth

TWO_IMAGES = {"slim": {}, "torch": {"app_types": ["JupyterLab", "CodeEditor", "KernelGateway"]}}
OTHER_APPS = ["Canvas", "CodeEditor", "JupyterServer", "RStudioServerPro"]
APPS = {"JupyterLab": "jupyter_lab_app_settings", "CodeEditor": "code_editor_app_settings"}


def users(settings: Settings, *slim: Content) -> Template:
    return synth(users_stack(settings, *slim))


def profiles(template: Template) -> dict[str, dict[str, Any]]:
    found = template["resource"]["aws_sagemaker_user_profile"].values()
    return {profile["user_profile_name"]: profile for profile in found}


def spaces(template: Template) -> dict[str, dict[str, Any]]:
    found = template["resource"]["aws_sagemaker_space"].values()
    return {space["space_name"]: space for space in found}


def starts(template: Template, user: str) -> dict[str, Any]:
    """How a user's apps start, by app type."""
    settings = profiles(template)[user]["user_settings"]
    return {app: settings[block]["default_resource_spec"] for app, block in APPS.items()}


def published(instance_type: str) -> dict[str, str]:
    """The start of apps of other types than the space."""
    return {
        "instance_type": instance_type,
        "sagemaker_image_arn": image_arn("us-east-1", instance_type),
        "sagemaker_image_version_alias": VERSION_ALIAS,
    }


def test_a_profile_has_the_role_and_the_group_of_its_user() -> None:
    template = users(settings())
    groups = group_names(template)
    found = profiles(template)
    assert set(found) == {"alice", "bob"}
    for name, profile in found.items():
        assert profile["domain_id"] == "d-0a"
        assert profile["user_settings"]["execution_role"] == ROLE.user_role_arns[name]
        assert [groups[group] for group in profile["user_settings"]["security_groups"]] == [
            f"studio-user-{name}"
        ]


def test_existing_security_groups_replace_those_of_the_users() -> None:
    groups = ["sg-0123456789abcdef0"]
    network = {**EXISTING_VPC, "endpoints": "existing", "security_group_ids": groups}
    template = users(settings(network=network))
    assert "aws_security_group" not in template["resource"]
    for profile in profiles(template).values():
        assert profile["user_settings"]["security_groups"] == groups


def test_no_rule_connects_two_users() -> None:
    resources = users(settings())["resource"]
    for direction in ("ingress", "egress"):
        for rule in resources[f"aws_vpc_security_group_{direction}_rule"].values():
            other = rule.get("referenced_security_group_id", "sg-endpoints")
            assert other in ("sg-endpoints", rule["security_group_id"])
            if "cidr_ipv4" in rule:
                assert (rule["cidr_ipv4"],) == NETWORK.vpc_cidrs
                assert rule["from_port"] == rule["to_port"] == 2049


def test_each_user_has_an_idle_timeout_and_the_apps_and_the_name_of_the_settings() -> None:
    chosen = settings(
        domain={"auth": "SSO"},
        defaults={"idle_minutes": 90, "app_types": ["JupyterLab"]},
        users={"alice": {"sso_user": "a"}, "bob": {"sso_user": "b", "idle_minutes": 600}},
    )
    found = profiles(users(chosen))
    for name, minutes in {"alice": 90, "bob": 600}.items():
        assert found[name]["single_sign_on_user_value"] == name[0]
        user = found[name]["user_settings"]
        assert user["studio_web_portal_settings"]["hidden_app_types"] == OTHER_APPS
        for app in APPS.values():
            idle = user[app]["app_lifecycle_management"]["idle_settings"]
            assert idle["idle_timeout_in_minutes"] == minutes


def test_the_images_of_a_user_are_attached_without_a_version() -> None:
    chosen = settings(image=TWO_IMAGES, users={"alice": {}, "bob": {"images": ["torch"]}})
    found = profiles(users(chosen))
    for name, images in {"alice": ["lab-slim", "lab-torch"], "bob": ["lab-torch"]}.items():
        attached = found[name]["user_settings"]["jupyter_lab_app_settings"]["custom_image"]
        assert [image["image_name"] for image in attached] == images
        assert "image_version_number" not in json.dumps(attached)


def test_the_profile_and_the_app_of_a_user_have_the_version_of_the_user() -> None:
    pinned = {"alice": {"versions": {"slim": "c" * 16}}, "bob": {}}
    chosen = settings(users=pinned, image={"slim": {"version": 1}})
    template = users(chosen, content("b", 1, 3), content("c", 4))
    versions = f'${{replace("{SLIM.arn}", ":image/", ":image-version/")}}'
    for name, number in {"alice": 4, "bob": 1}.items():
        user = profiles(template)[name]["user_settings"]["jupyter_lab_app_settings"]
        assert [image["image_version_number"] for image in user["custom_image"]] == [number]
        start = starts(template, name)["JupyterLab"]
        assert start["sagemaker_image_version_arn"] == f"{versions}/{number}"


@pytest.fixture(scope="module")
def two_users() -> Mapping[str, Any]:
    return by_address(users(settings()))


@pytest.mark.parametrize("newcomer", ["carol", "aaron", "alice-apps", "bob-2"])
def test_another_user_does_not_change_the_resources_of_others(
    two_users: dict[str, Any], newcomer: str
) -> None:
    after = by_address(users(settings(users={newcomer: {}, "alice": {}, "bob": {}})))
    assert two_users.items() <= after.items()
    added = after.keys() - two_users.keys()
    assert len(added) == len(two_users) / 2
    assert all(f".user-{newcomer}_" in address for address in added)


def test_the_outputs_name_the_profile_and_the_space_of_each_user() -> None:
    template = users(settings())
    names, spaces = (template["output"][name]["value"] for name in ("user_names", "spaces"))
    assert names == [*references(template, "aws_sagemaker_user_profile", "user_profile_name")]
    found = references(template, "aws_sagemaker_space", "space_name")
    assert {user: found[space]["space_name"] for user, space in spaces.items()} == {
        "alice": "alice",
        "bob": "bob",
    }


def test_without_users_the_stack_is_empty() -> None:
    template = users(settings(users={}))
    assert "resource" not in template
    assert template["output"]["user_names"]["value"] == []
    assert template["output"]["spaces"]["value"] == {}


@pytest.mark.parametrize("name", ["aws", "constructor", "toString", "node"])
def test_a_user_can_have_the_name_of_a_construct(name: str) -> None:
    built = settings(users={name: {}})
    role = replace(ROLE, user_role_arns={name: "arn:aws:iam::1:role/x"})
    stack = users_stack(built, role=role)
    assert list(profiles(synth(stack))) == [name]


def test_a_space_and_its_app_have_the_values_of_the_settings() -> None:
    own = {"instance_type": "ml.m5.large", "volume_gb": 200, "app_type": "CodeEditor"}
    found = users(settings(image=TWO_IMAGES, users={"alice": {}, "bob": {"space": own}}))
    for name, app_type, volume in (("alice", "JupyterLab", 20), ("bob", "CodeEditor", 200)):
        space = spaces(found)[name]
        assert space["domain_id"] == "d-0a"
        assert f".user-{name}_" in space["ownership_settings"]["owner_user_profile_name"]
        assert space["space_settings"] == {
            "app_type": app_type,
            "space_storage_settings": {"ebs_storage_settings": {"ebs_volume_size_in_gb": volume}},
        }
        storage = profiles(found)[name]["user_settings"]["space_storage_settings"]
        default = storage["default_ebs_storage_settings"]["default_ebs_volume_size_in_gb"]
        assert default == volume
        # SageMaker starts no KernelGateway apps.
        gateway = profiles(found)[name]["user_settings"]["kernel_gateway_app_settings"]
        assert gateway["default_resource_spec"].keys() == {"instance_type"}
    assert starts(found, "alice") == {
        "JupyterLab": {"instance_type": "ml.t3.large", "sagemaker_image_arn": SLIM.arn},
        "CodeEditor": published("ml.t3.large"),
    }
    assert starts(found, "bob") == {
        "JupyterLab": published("ml.m5.large"),
        "CodeEditor": {"instance_type": "ml.m5.large", "sagemaker_image_arn": TORCH.arn},
    }


@pytest.mark.parametrize(
    ("own", "kind"),
    [
        ({"space": {"image": "SageMaker"}}, "cpu"),
        ({"images": []}, "cpu"),
        ({"images": [], "space": {"instance_type": "ml.g5.xlarge"}}, "gpu"),
    ],
)
def test_without_a_custom_image_an_app_starts_sagemaker_distribution(
    own: dict[str, Any], kind: str
) -> None:
    found = users(settings(region="eu-west-1", users={"alice": own}))
    start = starts(found, "alice")["JupyterLab"]
    assert start["sagemaker_image_arn"] == (
        f"arn:aws:sagemaker:eu-west-1:819792524951:image/sagemaker-distribution-{kind}"
    )
    major, minor, _ = map(int, start["sagemaker_image_version_alias"].split("."))
    assert (major, minor) >= (2, 7)
    assert "sagemaker_image_version_arn" not in start


def test_without_sagemaker_distribution_in_the_region_only_custom_images_start() -> None:
    region = min(PARTITIONS.keys() - OWNERS.keys())
    found = users(settings(region=region, users={"alice": {}}))
    start = starts(found, "alice")
    assert start["JupyterLab"]["sagemaker_image_arn"] == SLIM.arn
    assert start["CodeEditor"].keys() == {"instance_type"}


def test_only_the_space_of_a_user_has_the_script_and_only_ssh_helper_starts_it() -> None:
    space = {"app_type": "CodeEditor"}
    built = settings(
        image={"slim": {"app_types": ["JupyterLab", "CodeEditor"]}},
        users={"alice": {}, "bob": {"connect": "ssh-helper", "space": space}},
    )
    found = users(built)
    kind, shown = "aws_sagemaker_studio_lifecycle_config", found["output"]["start_scripts"]["value"]
    known = {f"${{{kind}.{at}.arn}}": config for at, config in found["resource"][kind].items()}
    for name, own, other in (
        ("alice", "JupyterLab", "CodeEditor"),
        ("bob", "CodeEditor", "JupyterLab"),
    ):
        user = profiles(found)[name]["user_settings"]
        (script,) = user[APPS[own]]["lifecycle_config_arns"]
        assert known[script]["studio_lifecycle_config_name"].startswith(f"studio-ssh-{name}-")
        assert known[script]["studio_lifecycle_config_app_type"] == own
        assert "lifecycle_config_arns" not in user[APPS[other]]
        assert shown[name] == script
        started = starts(found, name)[own].get("lifecycle_config_arn")
        assert started == (script if name == "bob" else None)


def test_without_connect_a_user_has_a_space_and_no_script() -> None:
    found = users(settings(features=[], defaults={"connect": "ssh-helper"}))
    assert "aws_sagemaker_studio_lifecycle_config" not in found["resource"]
    assert "lifecycle_config_arn" not in json.dumps(found)
    assert set(spaces(found)) == {"alice", "bob"}
