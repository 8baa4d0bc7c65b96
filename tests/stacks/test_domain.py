"""The domain stack has the values of the settings."""

from dataclasses import replace
from typing import Any

import pytest
from cdktf import Testing

from settings import Settings
from stacks.domain import DomainStack
from tests.samples import EXISTING_VPC, NETWORK, ROLE, SLIM, TORCH
from tests.synthesis import Template, only, settings, synth

KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"


def synthesized(settings: Settings, **others: Any) -> Template:
    others = {"network": NETWORK, "role": ROLE, "images": {}, **others}
    return synth(DomainStack(Testing.app(), "domain", settings=settings, **others))


def domain(settings: Settings, **others: Any) -> dict[str, Any]:
    return only(synthesized(settings, **others), "aws_sagemaker_domain")


def test_the_domain_has_the_outputs_of_other_stacks_and_the_defaults_of_users() -> None:
    defaults = {"idle_minutes": 600, "app_types": ["JupyterLab"]}
    template = synthesized(settings(defaults=defaults))
    resource = only(template, "aws_sagemaker_domain")
    assert resource["domain_name"] == "studio"
    assert resource["vpc_id"] == "vpc-0a"
    assert resource["subnet_ids"] == ["subnet-0a", "subnet-0b"]
    assert resource["default_user_settings"]["execution_role"] == ROLE.domain_role_arn
    assert resource["default_space_settings"]["security_groups"] == ["sg-studio"]
    user = resource["default_user_settings"]
    assert "CodeEditor" in user["studio_web_portal_settings"]["hidden_app_types"]
    idle = user["jupyter_lab_app_settings"]["app_lifecycle_management"]["idle_settings"]
    assert idle["idle_timeout_in_minutes"] == 600
    assert template["output"].keys() == {"domain_id", "studio_url"}


@pytest.mark.parametrize(
    ("auth", "source_identity", "retention"),
    [("IAM", True, "Retain"), ("SSO", False, "Delete")],
)
def test_the_settings_reach_the_domain(auth: str, source_identity: bool, retention: str) -> None:
    section = {"auth": auth, "source_identity": source_identity, "retention": retention}
    found = domain(settings(domain=section, users={}))
    identity = "USER_PROFILE_NAME" if source_identity else "DISABLED"
    assert found["auth_mode"] == auth
    assert found["domain_settings"] == {"execution_role_identity_config": identity}
    assert found["retention_policy"] == {"home_efs_file_system": retention}


def test_the_domain_uses_the_key_of_the_role_stack() -> None:
    assert domain(settings(), role=replace(ROLE, kms_key_arn=KEY))["kms_key_id"] == KEY
    assert "kms_key_id" not in domain(settings())


def test_the_domain_has_every_image() -> None:
    user = domain(settings(), images={"slim": SLIM, "torch": TORCH})["default_user_settings"]
    attached = user["jupyter_lab_app_settings"]["custom_image"]
    assert [image["image_name"] for image in attached] == ["lab-slim", "lab-torch"]


def test_the_domain_has_the_existing_security_groups() -> None:
    group = "sg-0123456789abcdef0"
    template = synthesized(settings(network={**EXISTING_VPC, "security_group_ids": [group]}))
    user = only(template, "aws_sagemaker_domain")["default_user_settings"]
    assert user["security_groups"] == [group]
    assert "aws_security_group" not in template["resource"]
