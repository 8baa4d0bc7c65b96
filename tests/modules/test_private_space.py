"""A user's private space."""

import pytest

from catalog.names import AppType
from modules.private_space import PrivateSpace
from tests.samples import alice_profile
from tests.synthesis import Template, new_stack, only, synth


@pytest.fixture(scope="module")
def template() -> Template:
    stack = new_stack()
    PrivateSpace(
        stack,
        "space",
        name="alice-space",
        domain_id="d-0a",
        owner=alice_profile(stack),
        app_type=AppType.CODE_EDITOR,
        volume_gb=200,
    )
    return synth(stack)


def test_a_space_is_private_and_has_its_owners_tag(template: Template) -> None:
    space = only(template, "aws_sagemaker_space")
    (address,) = template["resource"]["aws_sagemaker_user_profile"]
    owner = f"aws_sagemaker_user_profile.{address}"
    assert (space["space_name"], space["domain_id"]) == ("alice-space", "d-0a")
    assert space["space_sharing_settings"] == {"sharing_type": "Private"}
    assert space["ownership_settings"] == {
        "owner_user_profile_name": f"${{{owner}.user_profile_name}}"
    }
    assert space["tags"] == {"sagemaker:user-profile-arn": f"${{{owner}.arn}}"}


def test_terraform_sets_the_volume_only_of_a_new_space(template: Template) -> None:
    """An update would contain AppType, which AWS refuses. Terraform does not set remote access."""
    space = only(template, "aws_sagemaker_space")
    assert space["space_settings"] == {
        "app_type": "CodeEditor",
        "space_storage_settings": {"ebs_storage_settings": {"ebs_volume_size_in_gb": 200}},
    }
    assert space["lifecycle"] == {
        "ignore_changes": [
            "space_display_name",
            "space_settings[0].code_editor_app_settings",
            "space_settings[0].jupyter_lab_app_settings",
            "space_settings[0].space_storage_settings",
        ]
    }
