"""A user profile."""

from typing import Any

import pytest

from tests.samples import alice_profile
from tests.synthesis import new_stack, only, synth


def profile(**arguments: Any) -> dict[str, Any]:
    stack = new_stack()
    alice_profile(stack, **arguments)
    return only(synth(stack), "aws_sagemaker_user_profile")


def test_terraform_never_changes_the_alias_of_an_image_version() -> None:
    assert profile()["lifecycle"] == {
        "ignore_changes": [
            f"user_settings[0].{app}_app_settings[0].default_resource_spec[0]"
            ".sagemaker_image_version_alias"
            for app in ("code_editor", "jupyter_lab")
        ]
    }


@pytest.mark.parametrize(("volume", "largest"), [(5, 100), (100, 100), (101, 101), (16384, 16384)])
def test_a_profile_allows_the_volume_of_its_space(volume: int, largest: int) -> None:
    storage = profile(volume_gb=volume)["user_settings"]["space_storage_settings"]
    assert storage["default_ebs_storage_settings"] == {
        "default_ebs_volume_size_in_gb": volume,
        "maximum_ebs_volume_size_in_gb": largest,
    }


def test_a_profile_can_have_a_user_of_iam_identity_center() -> None:
    found = profile(sso_user="alice@example.com")
    assert found["single_sign_on_user_identifier"] == "UserName"
    assert found["single_sign_on_user_value"] == "alice@example.com"
    # SageMaker refuses both arguments in a domain with auth "IAM".
    assert not [key for key in profile() if key.startswith("single_sign_on_")]
