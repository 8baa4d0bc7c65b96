"""The custom images: pinned to what was pushed, each kind of app with a config of its own."""

from typing import Any

import cdktf
import pytest

from settings import AppType, Settings
from settings.content import content_tag
from settings.paths import IMAGES
from stacks.image import ImageStack
from tests.unit.conftest import SettingsBuilder, Synth
from tests.unit.samples import ECR, ROLE


def image_stack(settings: Settings) -> ImageStack:
    return ImageStack(cdktf.Testing.app(), "image", settings=settings, role=ROLE, ecr=ECR)


def only(template: dict[str, Any], kind: str, section: str = "resource") -> dict[str, Any]:
    (found,) = template[section][kind].values()
    return dict(found)


def test_the_version_is_pinned_to_the_digest_of_the_content(
    settings: SettingsBuilder, synth: Synth
) -> None:
    template = synth(image_stack(settings()))
    pushed = only(template, "aws_ecr_image", "data")
    version = only(template, "aws_sagemaker_image_version")
    (address,) = template["data"]["aws_ecr_image"]
    assert pushed["image_tag"] == content_tag(IMAGES / "slim", {})
    assert version["base_image"] == (
        f"{ECR.repositories['slim'].url}@${{data.aws_ecr_image.{address}.image_digest}}"
    )


def test_build_arguments_change_the_tag_and_nothing_else(
    settings: SettingsBuilder, synth: Synth
) -> None:
    plain = synth(image_stack(settings()))
    other = synth(image_stack(settings(image={"slim": {"build_args": {"BASE": "x"}}})))
    assert plain["data"]["aws_ecr_image"] != other["data"]["aws_ecr_image"]
    assert plain["resource"] == other["resource"]
    assert plain["output"] == other["output"]


def test_an_image_that_is_not_pushed_is_explained(settings: SettingsBuilder, synth: Synth) -> None:
    template = synth(image_stack(settings()))
    tag = content_tag(IMAGES / "slim", {})
    (precondition,) = only(template, "aws_ecr_image", "data")["lifecycle"]["precondition"]
    (check,) = template["check"].values()
    for message in (precondition["error_message"], check["assert"]["error_message"]):
        assert f"lab/slim:{tag}" in message
        assert "Run studio push slim: " in message
        assert "\n" not in message
    assert f'"{tag}"' in check["assert"]["condition"]


KERNEL_GATEWAY = {
    "kernel_spec": [{"name": "python3"}],
    "file_system_config": {"default_uid": 0, "default_gid": 0, "mount_path": "/root"},
}


@pytest.mark.parametrize(
    ("app_type", "block"),
    [
        (AppType.JUPYTER_LAB, "jupyter_lab_image_config"),
        (AppType.CODE_EDITOR, "code_editor_app_image_config"),
        (AppType.KERNEL_GATEWAY, "kernel_gateway_image_config"),
    ],
)
def test_a_config_is_for_one_kind_of_app(
    settings: SettingsBuilder, synth: Synth, app_type: AppType, block: str
) -> None:
    stack = image_stack(settings(image={"slim": {"app_types": [app_type]}}))
    config = only(synth(stack), "aws_sagemaker_app_image_config")
    assert [key for key in config if key.endswith("_config")] == [block]
    # The provider sends nothing for an empty block, and wants to add it in every plan.
    assert all(config[block].values())
    assert (config[block] == KERNEL_GATEWAY) == (app_type is AppType.KERNEL_GATEWAY)
    assert config["app_image_config_name"] == f"studio-slim-{app_type.lower()}"
    assert set(stack.outputs.images["slim"].app_image_configs) == {app_type}


def test_names_stay_within_what_sagemaker_takes(settings: SettingsBuilder, synth: Synth) -> None:
    longest = settings(
        name="n" * 20, image={"slim": {"app_types": list(AppType), "display_name": "Slim"}}
    )
    template = synth(image_stack(longest))
    configs = template["resource"]["aws_sagemaker_app_image_config"].values()
    assert len({config["app_image_config_name"] for config in configs}) == len(AppType)
    assert max(len(config["app_image_config_name"]) for config in configs) <= 63
    image = only(template, "aws_sagemaker_image")
    assert image["display_name"] == "Slim"
    assert "description" not in image
    assert image["role_arn"] == ROLE.image_role_arn
