"""The domain is private, and daily changes do not update it."""

from typing import Any

from catalog.names import AppType
from modules.studio_domain import StudioDomain
from tests.samples import SLIM, TORCH
from tests.synthesis import Template, new_stack, only, references, synth

ROLE = "arn:aws:iam::123456789012:role/domain"


def synthesized(**arguments: Any) -> Template:
    stack = new_stack()
    StudioDomain(
        stack,
        "studio",
        name="lab",
        vpc_id="vpc-0a",
        subnet_ids=["subnet-0a", "subnet-0b"],
        execution_role_arn=ROLE,
        shared_space_security_group_ids=["sg-shared"],
        **{
            "auth": "IAM",
            "source_identity": True,
            "retention": "Retain",
            "idle_minutes": 90,
            "app_types": [AppType.JUPYTER_LAB],
            **arguments,
        },
    )
    return synth(stack)


def domain(**arguments: Any) -> dict[str, Any]:
    return only(synthesized(**arguments), "aws_sagemaker_domain")


def test_the_domain_is_private() -> None:
    found = domain()
    assert found["app_network_access_type"] == "VpcOnly"
    assert found["vpc_id"] == "vpc-0a"
    assert found["subnet_ids"] == ["subnet-0a", "subnet-0b"]
    user = found["default_user_settings"]
    assert user["execution_role"] == found["default_space_settings"]["execution_role"] == ROLE
    assert (user["default_landing_uri"], user["studio_web_portal"]) == ("studio::", "ENABLED")
    assert "kms_key_id" not in found


def test_no_shared_group_lets_users_reach_each_other() -> None:
    """SageMaker adds the domain's groups to those of each user profile."""
    template = synthesized()
    resources, found = template["resource"], only(template, "aws_sagemaker_domain")
    ((id_, group),) = references(template, "aws_security_group").items()
    assert found["default_user_settings"]["security_groups"] == [id_]
    assert found["default_space_settings"]["security_groups"] == ["sg-shared"]
    assert not group.keys() & {"ingress", "egress"}
    assert not [kind for kind in resources if kind.startswith("aws_vpc_security_group_")]


def test_terraform_ignores_what_user_profiles_override_and_nothing_else() -> None:
    """An update of a domain fails, so no daily change may be one."""
    before = domain(images=[])
    daily = {"idle_minutes": 600, "app_types": list(AppType), "images": [SLIM, TORCH]}
    after = domain(**daily)
    users = before.pop("default_user_settings"), after.pop("default_user_settings")
    changed = sorted(key for key in users[1] if users[0].get(key) != users[1][key])
    assert before == after
    assert after["lifecycle"] == {
        "ignore_changes": [f"default_user_settings[0].{key}" for key in changed]
    }
    assert len(changed) == 4
