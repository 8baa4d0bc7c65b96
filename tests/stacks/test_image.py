"""Custom images are pinned to a digest and have an app image config for each app type."""

import json
from typing import Any

import cdktf
import pytest

from modules.repository import Repository
from settings import AppType, Settings
from settings.record import Content
from stacks.ecr import EcrOutputs
from stacks.image import ImageStack
from tests.fixtures import SettingsBuilder, Synth
from tests.record_samples import TAG, content, versions
from tests.samples import ECR


def image_stack(settings: Settings, tag: str = TAG, *slim: Content) -> ImageStack:
    return ImageStack(
        cdktf.Testing.app(),
        "image",
        settings=settings,
        ecr=ECR,
        versions=versions(settings, tag, slim=slim),
    )


def only(template: dict[str, Any], kind: str, section: str = "resource") -> dict[str, Any]:
    (found,) = template[section][kind].values()
    return dict(found)


def test_the_version_is_pinned_to_the_digest_of_the_image(
    settings: SettingsBuilder, synth: Synth
) -> None:
    template = synth(image_stack(settings()))
    pushed = only(template, "aws_ecr_image", "data")
    version = only(template, "aws_sagemaker_image_version")
    (address,) = template["data"]["aws_ecr_image"]
    assert pushed["image_tag"] == TAG
    digest = f'try(data.aws_ecr_image.{address}[0].image_digest, "")'
    assert version["base_image"] == ECR.repositories["slim"].url + "@${" + digest + "}"


def addresses(template: dict[str, Any]) -> tuple[str, list[str]]:
    """The end of the address of the tracked version, and of the versions removed from state."""
    (tracked,) = template["resource"]["aws_sagemaker_image_version"]
    start = "image_slim_version_"
    removed = []
    for block in template.get("removed", []):
        assert block["lifecycle"] == {"destroy": False}
        removed.append(block["from"].removeprefix(f"aws_sagemaker_image_version.{start}"))
    return tracked.removeprefix(start), removed


A, B, C = "a" * 16, "b" * 16, "c" * 16


@pytest.mark.parametrize(
    ("slim", "tracked", "removed"),
    [
        ((), C, []),
        ((content("a", 1), content("b", 2)), C, [A, B]),
        ((content("a", 1), content("c", 2), content("b", 3)), B, [A, C]),
        ((content("a", 1), content("c", lost=(2,))), f"{C}_2", [A, C]),
    ],
)
def test_state_tracks_only_the_newest_version(
    settings: SettingsBuilder,
    synth: Synth,
    slim: tuple[Content, ...],
    tracked: str,
    removed: list[str],
) -> None:
    template = synth(image_stack(settings(), C, *slim))
    assert addresses(template) == (tracked, removed)
    assert only(template, "aws_ecr_image", "data")["image_tag"] == tracked[:16]


@pytest.mark.parametrize(
    ("slim", "adopted"),
    [((content("c", 1),), False), ((content("c", 1), content("b", lost=(2,))), True)],
)
def test_a_version_is_not_created_again_after_a_newer_one_failed(
    settings: SettingsBuilder, synth: Synth, slim: tuple[Content, ...], adopted: bool
) -> None:
    template = synth(image_stack(settings(), C, *slim))
    (tracked,) = template["resource"]["aws_sagemaker_image_version"]
    imported = [(block["to"], block["id"]) for block in template.get("import", [])]
    wanted = [(f"aws_sagemaker_image_version.{tracked}", "studio-slim")]
    assert imported == (wanted if adopted else [])


def test_removed_blocks_of_several_images_are_one_list(
    settings: SettingsBuilder, synth: Synth
) -> None:
    chosen = settings(image={"slim": {}, "other": {}})
    other = Repository(name="lab/other", url="registry/lab/other", arn="arn")
    stack = ImageStack(
        cdktf.Testing.app(),
        "image",
        settings=chosen,
        ecr=EcrOutputs({**ECR.repositories, "other": other}),
        versions=versions(chosen, C, slim=(content("a", 1),), other=(content("b", 1),)),
    )
    assert [block["from"] for block in synth(stack)["removed"]] == [
        f"aws_sagemaker_image_version.image_slim_version_{A}",
        f"aws_sagemaker_image_version.image_other_version_{B}",
    ]


def test_an_error_explains_an_image_that_is_not_pushed(
    settings: SettingsBuilder, synth: Synth
) -> None:
    template = synth(image_stack(settings()))
    pushed, recorded = only(template, "aws_ecr_repository", "data")["lifecycle"]["postcondition"]
    assert pushed["error_message"] == f"lab/slim:{TAG} is not pushed. Run `studio push slim`."
    assert f'"{TAG}"' in pushed["condition"]
    assert f'["{TAG}"]' in recorded["condition"]
    assert "`studio image record`" in recorded["error_message"]


def test_the_recorded_image_can_be_older_than_the_newest(
    settings: SettingsBuilder, synth: Synth
) -> None:
    template = synth(image_stack(settings(), C, content("c"), content("a")))
    pushed, recorded = only(template, "aws_ecr_repository", "data")["lifecycle"]["postcondition"]
    assert C not in pushed["condition"]
    assert f'["{A}", "{C}"]' in recorded["condition"]


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
def test_an_app_image_config_is_for_one_app_type(
    settings: SettingsBuilder, synth: Synth, app_type: AppType, block: str
) -> None:
    stack = image_stack(settings(image={"slim": {"app_types": [app_type]}}))
    config = only(synth(stack), "aws_sagemaker_app_image_config")
    assert [key for key in config if key.endswith("_config")] == [block]
    # The provider does not send an empty block, and plans to add it each time.
    assert all(config[block].values())
    assert (config[block] == KERNEL_GATEWAY) == (app_type is AppType.KERNEL_GATEWAY)
    assert config["app_image_config_name"] == f"studio-slim-{app_type.lower()}"
    assert set(stack.outputs.images["slim"].app_image_configs) == {app_type}


@pytest.mark.parametrize("app_type", [AppType.JUPYTER_LAB, AppType.CODE_EDITOR])
def test_the_container_config_has_the_values_of_the_settings(
    settings: SettingsBuilder, synth: Synth, app_type: AppType
) -> None:
    slim = {
        "app_types": [app_type],
        "entrypoint": ["/usr/local/bin/start"],
        "arguments": ["--a", "b c"],
        "environment": {"COLOUR": "blue"},
    }
    config = only(
        synth(image_stack(settings(image={"slim": slim}))), "aws_sagemaker_app_image_config"
    )
    (block,) = (value for key, value in config.items() if key.endswith("_config"))
    assert block == {
        "container_config": {
            "container_entrypoint": ["/usr/local/bin/start"],
            "container_arguments": ["--a", "b c"],
            "container_environment_variables": {"COLOUR": "blue", "STUDIO_IMAGE": "studio-slim"},
        }
    }


def test_the_container_config_omits_unset_values(settings: SettingsBuilder, synth: Synth) -> None:
    config = only(synth(image_stack(settings())), "aws_sagemaker_app_image_config")
    assert config["jupyter_lab_image_config"]["container_config"] == {
        "container_environment_variables": {"STUDIO_IMAGE": "studio-slim"}
    }


# The arguments of aws_sagemaker_image_version in the bindings for provider 6.28.0.
ARGUMENTS_OF_6 = {
    *("base_image", "image_name", "aliases", "horovod", "job_type", "ml_framework", "processor"),
    *("programming_lang", "region", "release_notes", "vendor_guidance"),
}
META = {"lifecycle", "depends_on", "provider", "//"}


def test_version_6_of_the_provider_accepts_the_same_arguments(
    settings: SettingsBuilder, synth: Synth
) -> None:
    stack = image_stack(settings(image={"slim": {"app_types": list(AppType)}}))
    template = synth(stack)
    assert set(only(template, "aws_sagemaker_image_version")) - META <= ARGUMENTS_OF_6
    configs = template["resource"]["aws_sagemaker_app_image_config"].values()
    assert len(configs) == len(AppType)
    for config in configs:
        # Provider 6.0.0 and later require exactly one.
        assert len([key for key in config if key.endswith("_config")]) == 1


def test_names_are_within_the_limits_of_sagemaker(settings: SettingsBuilder, synth: Synth) -> None:
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


def test_an_image_depends_on_the_policies_of_its_role(
    settings: SettingsBuilder, synth: Synth
) -> None:
    template = synth(image_stack(settings()))
    (policy,) = template["resource"]["aws_iam_role_policy"]
    ((address, role),) = template["resource"]["aws_iam_role"].items()
    image = only(template, "aws_sagemaker_image")
    assert image["role_arn"] == f"${{aws_iam_role.{address}.arn}}"
    assert image["depends_on"] == [f"aws_iam_role_policy.{policy}"]
    assert role["name"] == "studio-images"
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    assert trust["Action"] == "sts:AssumeRole"


def test_without_images_no_role_is_created(settings: SettingsBuilder, synth: Synth) -> None:
    template = synth(image_stack(settings(image={"slim": {"enabled": False}})))
    assert "resource" not in template
