"""The domain is private, and daily changes do not update it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import cdktf
import pytest

from modules.custom_image import CustomImage
from modules.studio_domain import SET_ON_USER_PROFILES
from settings import Settings
from stacks.domain import DomainStack
from stacks.image import ImageOutputs
from stacks.role import RoleOutputs
from tests.fixtures import SettingsBuilder, Synth
from tests.samples import NETWORK, ROLE, SLIM, TORCH

KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"


def domain(
    synth: Synth,
    settings: Settings,
    *,
    role: RoleOutputs = ROLE,
    images: Mapping[str, CustomImage] | None = None,
) -> dict[str, Any]:
    stack = DomainStack(
        cdktf.Testing.app(),
        "domain",
        settings=settings,
        network=NETWORK,
        role=role,
        image=ImageOutputs(images=images or {}),
    )
    (resource,) = synth(stack)["resource"]["aws_sagemaker_domain"].values()
    return dict(resource)


def test_the_domain_is_private(settings: SettingsBuilder, synth: Synth) -> None:
    resource = domain(synth, settings())
    assert resource["app_network_access_type"] == "VpcOnly"
    assert resource["vpc_id"] == "vpc-0a"
    assert resource["subnet_ids"] == ["subnet-0a", "subnet-0b"]
    assert resource["default_user_settings"]["execution_role"] == ROLE.domain_role_arn


@pytest.mark.parametrize(
    ("section", "path", "expected"),
    [
        ({"auth": "IAM"}, ("auth_mode",), "IAM"),
        ({"auth": "SSO"}, ("auth_mode",), "SSO"),
        (
            {"source_identity": True},
            ("domain_settings", "execution_role_identity_config"),
            "USER_PROFILE_NAME",
        ),
        (
            {"source_identity": False},
            ("domain_settings", "execution_role_identity_config"),
            "DISABLED",
        ),
        ({"retention": "Retain"}, ("retention_policy", "home_efs_file_system"), "Retain"),
        ({"retention": "Delete"}, ("retention_policy", "home_efs_file_system"), "Delete"),
    ],
)
def test_the_settings_reach_the_domain(
    settings: SettingsBuilder,
    synth: Synth,
    section: dict[str, Any],
    path: tuple[str, ...],
    expected: str,
) -> None:
    value: Any = domain(synth, settings(domain=section, users={}))
    for key in path:
        value = value[key]
    assert value == expected


def test_the_domain_uses_the_key_of_the_role_stack(settings: SettingsBuilder, synth: Synth) -> None:
    assert domain(synth, settings(), role=replace(ROLE, kms_key_arn=KEY))["kms_key_id"] == KEY
    assert "kms_key_id" not in domain(synth, settings())


def test_images_are_attached_by_name_to_their_app_types(
    settings: SettingsBuilder, synth: Synth
) -> None:
    user = domain(synth, settings(), images={"slim": SLIM, "torch": TORCH})["default_user_settings"]
    assert user["jupyter_lab_app_settings"]["custom_image"] == [
        {"image_name": "lab-slim", "app_image_config_name": "lab-slim-jupyterlab"},
        {"image_name": "lab-torch", "app_image_config_name": "lab-torch-jupyterlab"},
    ]
    assert user["code_editor_app_settings"]["custom_image"] == [
        {"image_name": "lab-torch", "app_image_config_name": "lab-torch-codeeditor"}
    ]
    assert user["kernel_gateway_app_settings"]["custom_image"] == [
        {"image_name": "lab-torch", "app_image_config_name": "lab-torch-kernelgateway"}
    ]


def test_no_shared_group_lets_users_reach_each_other(
    settings: SettingsBuilder, synth: Synth
) -> None:
    """SageMaker adds the domain's groups to those of each user profile."""
    stack = DomainStack(
        cdktf.Testing.app(),
        "domain",
        settings=settings(),
        network=NETWORK,
        role=ROLE,
        image=ImageOutputs(images={}),
    )
    resources = synth(stack)["resource"]
    (resource,) = resources["aws_sagemaker_domain"].values()
    ((address, group),) = resources["aws_security_group"].items()
    assert resource["default_user_settings"]["security_groups"] == [
        f"${{aws_security_group.{address}.id}}"
    ]
    assert not group.keys() & {"ingress", "egress"}
    assert not [kind for kind in resources if kind.startswith("aws_vpc_security_group_")]


DAILY_CHANGES: dict[str, dict[str, Any]] = {
    "idle time-out": {"defaults": {"idle_minutes": 600}},
    "app types": {"defaults": {"app_types": ["JupyterLab"]}},
    "a user more": {"users": {"alice": {}, "bob": {}, "carol": {}}},
    "a user's own settings": {"users": {"alice": {"idle_minutes": 60}, "bob": {"images": []}}},
    "no user": {"users": {}},
    "features": {"features": ["connect", "jobs"]},
}


@pytest.mark.parametrize("change", DAILY_CHANGES.values(), ids=DAILY_CHANGES)
def test_daily_changes_do_not_update_the_domain(
    settings: SettingsBuilder, synth: Synth, change: dict[str, Any]
) -> None:
    before = domain(synth, settings(), images={"slim": SLIM})
    after = domain(synth, settings(**change), images={"slim": SLIM})
    assert what_terraform_compares(before) == what_terraform_compares(after)


def test_another_image_does_not_update_the_domain(settings: SettingsBuilder, synth: Synth) -> None:
    before = domain(synth, settings(), images={})
    after = domain(synth, settings(), images={"slim": SLIM, "torch": TORCH})
    assert before != after
    assert what_terraform_compares(before) == what_terraform_compares(after)


def test_terraform_ignores_no_other_changes(settings: SettingsBuilder, synth: Synth) -> None:
    before = domain(synth, settings())
    other_role = replace(ROLE, domain_role_arn=ROLE.user_role_arns["bob"])
    for after in (
        domain(synth, settings(), role=other_role),
        domain(synth, settings(domain={"source_identity": False})),
        domain(synth, settings(domain={"retention": "Delete"})),
    ):
        assert what_terraform_compares(before) != what_terraform_compares(after)


def what_terraform_compares(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource without the attributes in ignore_changes."""
    assert resource["lifecycle"] == {"ignore_changes": SET_ON_USER_PROFILES}
    ignored = {entry.removeprefix("default_user_settings[0].") for entry in SET_ON_USER_PROFILES}
    user = resource["default_user_settings"]
    kept = {key: value for key, value in user.items() if key not in ignored}
    return {**resource, "default_user_settings": kept}
