"""Each user has a user profile and a security group, and shares neither."""

from dataclasses import replace
from typing import Any

import pytest

from settings import Settings
from settings.record import Content
from tests.fixtures import SettingsBuilder, Synth
from tests.record_samples import content
from tests.samples import ROLE, users_stack

TWO_IMAGES = {"slim": {}, "torch": {"app_types": ["JupyterLab", "CodeEditor", "KernelGateway"]}}


def users(synth: Synth, settings: Settings, *slim: Content) -> dict[str, Any]:
    return synth(users_stack(settings, *slim))


def profiles(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = template["resource"]["aws_sagemaker_user_profile"].values()
    return {profile["user_profile_name"]: profile for profile in found}


def test_a_profile_has_the_role_and_the_group_of_its_user(
    settings: SettingsBuilder, synth: Synth
) -> None:
    template = users(synth, settings())
    groups = {
        f"${{aws_security_group.{address}.id}}": group["name"]
        for address, group in template["resource"]["aws_security_group"].items()
    }
    found = profiles(template)
    assert set(found) == {"alice", "bob"}
    for name, profile in found.items():
        assert profile["domain_id"] == "d-0a"
        assert profile["user_settings"]["execution_role"] == ROLE.user_role_arns[name]
        assert [groups[group] for group in profile["user_settings"]["security_groups"]] == [
            f"studio-user-{name}"
        ]


def test_no_rule_connects_two_users(settings: SettingsBuilder, synth: Synth) -> None:
    resources = users(synth, settings())["resource"]
    for direction in ("ingress", "egress"):
        for rule in resources[f"aws_vpc_security_group_{direction}_rule"].values():
            other = rule.get("referenced_security_group_id", "sg-endpoints")
            assert other in ("sg-endpoints", rule["security_group_id"])
            assert "cidr_ipv4" not in rule or rule["from_port"] == rule["to_port"] == 2049


def test_each_user_has_an_idle_timeout(settings: SettingsBuilder, synth: Synth) -> None:
    chosen = settings(
        defaults={"idle_minutes": 90}, users={"alice": {}, "bob": {"idle_minutes": 600}}
    )
    for name, minutes in {"alice": 90, "bob": 600}.items():
        user = profiles(users(synth, chosen))[name]["user_settings"]
        for app in ("jupyter_lab_app_settings", "code_editor_app_settings"):
            assert user[app]["app_lifecycle_management"]["idle_settings"] == {
                "lifecycle_management": "ENABLED",
                "idle_timeout_in_minutes": minutes,
                "min_idle_timeout_in_minutes": 60,
                "max_idle_timeout_in_minutes": minutes,
            }


def test_images_are_attached_by_name_without_a_version(
    settings: SettingsBuilder, synth: Synth
) -> None:
    chosen = settings(image=TWO_IMAGES, users={"alice": {}, "bob": {"images": ["torch"]}})
    found = profiles(users(synth, chosen))
    attached = {
        name: {
            app: profile["user_settings"].get(app, {}).get("custom_image")
            for app in (
                "jupyter_lab_app_settings",
                "code_editor_app_settings",
                "kernel_gateway_app_settings",
            )
        }
        for name, profile in found.items()
    }
    torch = {
        app: [{"image_name": "lab-torch", "app_image_config_name": f"lab-torch-{config}"}]
        for app, config in (
            ("jupyter_lab_app_settings", "jupyterlab"),
            ("code_editor_app_settings", "codeeditor"),
            ("kernel_gateway_app_settings", "kernelgateway"),
        )
    }
    slim = {"image_name": "lab-slim", "app_image_config_name": "lab-slim-jupyterlab"}
    assert attached["bob"] == torch
    assert attached["alice"] == {
        **torch,
        "jupyter_lab_app_settings": [slim, *torch["jupyter_lab_app_settings"]],
    }


@pytest.mark.parametrize(
    ("sections", "slim", "numbers"),
    [
        ({}, (), {"alice": None, "bob": None}),
        (
            {
                "image": {"slim": {"version": 1}},
                "users": {"alice": {"versions": {"slim": "c" * 16}}, "bob": {}},
            },
            (content("a", 1), content("b", 2, 4), content("c", 5)),
            {"alice": 5, "bob": 1},
        ),
    ],
    ids=["nothing deployed yet", "one user elsewhere than everyone"],
)
def test_image_version_of_each_user(
    settings: SettingsBuilder,
    synth: Synth,
    sections: dict[str, Any],
    slim: tuple[Content, ...],
    numbers: dict[str, int | None],
) -> None:
    found = profiles(users(synth, settings(**sections), *slim))
    assert numbers == {
        name: profile["user_settings"]["jupyter_lab_app_settings"]["custom_image"][0].get(
            "image_version_number"
        )
        for name, profile in found.items()
    }


@pytest.mark.parametrize(
    ("shown", "hidden"),
    [
        (["JupyterLab", "CodeEditor"], ["Canvas", "JupyterServer", "RStudioServerPro"]),
        (["CodeEditor"], ["Canvas", "JupyterLab", "JupyterServer", "RStudioServerPro"]),
        (["JupyterLab", "CodeEditor", "KernelGateway"], ["Canvas", "RStudioServerPro"]),
    ],
)
def test_studio_shows_the_apps_in_the_settings(
    settings: SettingsBuilder, synth: Synth, shown: list[str], hidden: list[str]
) -> None:
    space = {"app_type": shown[0]}
    template = users(synth, settings(defaults={"app_types": shown, "space": space}))
    for profile in profiles(template).values():
        portal = profile["user_settings"]["studio_web_portal_settings"]
        assert portal == {"hidden_app_types": hidden}


def test_sso_profiles_have_the_identity_center_name(
    settings: SettingsBuilder, synth: Synth
) -> None:
    sso = settings(domain={"auth": "SSO"}, users={"alice": {"sso_user": "alice@example.com"}})
    alice = profiles(users(synth, sso))["alice"]
    assert alice["single_sign_on_user_identifier"] == "UserName"
    assert alice["single_sign_on_user_value"] == "alice@example.com"


def test_iam_profiles_have_no_sso_user(settings: SettingsBuilder, synth: Synth) -> None:
    """SageMaker refuses both arguments in a domain with auth "IAM"."""
    for profile in profiles(users(synth, settings())).values():
        assert not [key for key in profile if key.startswith("single_sign_on_")]


@pytest.mark.parametrize("newcomer", ["carol", "aaron", "alice-apps", "bob-2"])
def test_another_user_does_not_change_the_resources_of_others(
    settings: SettingsBuilder, synth: Synth, newcomer: str
) -> None:
    before = flat(users(synth, settings()))
    after = flat(users(synth, settings(users={newcomer: {}, "alice": {}, "bob": {}})))
    assert before.items() <= after.items()
    added = after.keys() - before.keys()
    assert len(added) == len(before) / 2
    assert all(f".user-{newcomer}_" in address for address in added)


def flat(template: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{kind}.{address}": resource
        for kind, resources in template["resource"].items()
        for address, resource in resources.items()
    }


def test_without_users_the_stack_is_empty(settings: SettingsBuilder, synth: Synth) -> None:
    template = users(synth, settings(users={}))
    assert "resource" not in template
    assert template["output"]["user_names"]["value"] == []
    assert template["output"]["spaces"]["value"] == {}


@pytest.mark.parametrize("name", ["aws", "constructor", "toString", "node"])
def test_a_user_can_have_the_name_of_a_construct(
    settings: SettingsBuilder, synth: Synth, name: str
) -> None:
    built = settings(users={name: {}})
    role = replace(ROLE, user_role_arns={name: "arn:aws:iam::1:role/x"})
    stack = users_stack(built, role=role)
    assert list(profiles(synth(stack))) == [name]
