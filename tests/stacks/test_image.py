"""The image stack has an image for each one in the settings, with the version of the record."""

import json

from cdktf import Testing

from settings import AppType, Settings
from settings.image_tag import digest_tag
from settings.record import Content
from stacks.image import ImageStack
from tests.record_samples import TAG, content, versions
from tests.samples import REPOSITORIES
from tests.synthesis import Template, only, references, settings, synth

A, B, C = "a" * 16, "b" * 16, "c" * 16
VERSION = "aws_sagemaker_image_version.image_slim_version_"
LAB = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/lab"
URI = f"{LAB}@sha256:{'a' * 64}"
OTHER = "arn:aws:iam::123456789012:role/other"


def image_stack(settings: Settings, tag: str = TAG, *slim: Content) -> ImageStack:
    return ImageStack(
        Testing.app(),
        "image",
        settings=settings,
        repositories=REPOSITORIES,
        versions=versions(settings, tag, slim=slim),
    )


def test_an_image_has_the_values_of_the_settings() -> None:
    slim = {
        "app_types": ["JupyterLab", "CodeEditor"],
        "entrypoint": ["/usr/local/bin/start"],
        "display_name": "Slim",
        "description": "A small one",
    }
    stack = image_stack(settings(image={"slim": slim}))
    template = synth(stack)
    image = only(template, "aws_sagemaker_image")
    assert image["image_name"] == "studio-slim"
    assert (image["display_name"], image["description"]) == ("Slim", "A small one")
    assert template["output"]["image_versions"]["value"].keys() == {"slim"}
    assert set(stack.images["slim"].app_image_configs) == {"JupyterLab", "CodeEditor"}
    for config in template["resource"]["aws_sagemaker_app_image_config"].values():
        (block,) = (value for key, value in config.items() if key.endswith("_config"))
        assert block == {
            "container_config": {
                "container_entrypoint": ["/usr/local/bin/start"],
                "container_environment_variables": {"STUDIO_IMAGE": "studio-slim"},
            }
        }


def test_state_tracks_the_newest_version_of_the_record() -> None:
    """Its version 3 failed, so SageMaker has version 2, but state may not."""
    record = (content("b", lost=(3,)), content("c", 1), content("a", 2))
    template = synth(image_stack(settings(), C, *record))
    assert only(template, "aws_ecr_image", "data")["image_tag"] == A
    assert list(template["resource"]["aws_sagemaker_image_version"]) == [f"image_slim_version_{A}"]
    assert [block["from"] for block in template["removed"]] == [
        f"{VERSION}{end}" for end in (B, f"{B}_3", C)
    ]
    assert [block["to"] for block in template["import"]] == [f"{VERSION}{A}"]
    _, known = only(template, "aws_ecr_repository", "data")["lifecycle"]["postcondition"]
    assert f'["{A}", "{B}", "{C}"]' in known["condition"]


def test_the_errors_of_a_plan_name_the_commands() -> None:
    template = synth(image_stack(settings()))
    pushed, known = only(template, "aws_ecr_repository", "data")["lifecycle"]["postcondition"]
    assert pushed["error_message"] == f"lab/slim:{TAG} is not pushed. Run `studio push slim`."
    assert "`studio image record`" in known["error_message"]


def test_names_are_within_the_limits_of_sagemaker() -> None:
    longest = settings(name="n" * 20, image={"slim": {"app_types": list(AppType)}})
    template = synth(image_stack(longest))
    configs = template["resource"]["aws_sagemaker_app_image_config"].values()
    assert len({config["app_image_config_name"] for config in configs}) == len(AppType)
    assert max(len(config["app_image_config_name"]) for config in configs) <= 63


def test_an_image_depends_on_the_policies_of_its_role() -> None:
    template = synth(image_stack(settings()))
    (policy,) = template["resource"]["aws_iam_role_policy"]
    ((arn, role),) = references(template, "aws_iam_role", "arn").items()
    image = only(template, "aws_sagemaker_image")
    assert image["role_arn"] == arn
    assert image["depends_on"] == [f"aws_iam_role_policy.{policy}"]
    assert role["name"] == "studio-images"
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    assert trust["Action"] == "sts:AssumeRole"


def test_without_images_the_stack_is_empty() -> None:
    """Its deployment destroys its resources."""
    template = synth(image_stack(settings(image={"slim": {"enabled": False}})))
    assert template.keys().isdisjoint({"resource", "data", "output"})


def existing(settings: Settings, *known: Content) -> Template:
    """The stack of an image that another pipeline has pushed."""
    tracked = versions(settings, digest_tag(URI), lab=known)
    return synth(
        ImageStack(Testing.app(), "image", settings=settings, repositories={}, versions=tracked)
    )


def test_an_existing_image_is_used_by_its_uri_without_reading_it() -> None:
    template = existing(settings(image={"lab": {"uri": URI}}), content("b", 1))
    ((address, version),) = template["resource"]["aws_sagemaker_image_version"].items()
    assert (address, version["base_image"]) == (f"image_lab_version_{A}", URI)
    (removed,) = template["removed"]
    assert removed["from"].endswith(f"image_lab_version_{B}")
    assert set(template["data"]) == {"aws_caller_identity"}
    # The created role can read its repository.
    (own,) = template["resource"]["aws_iam_role_policy"].values()
    assert "arn:aws:ecr:us-east-1:111122223333:repository/team/lab" in own["policy"]


def test_sagemaker_reads_the_image_with_the_role_in_the_settings() -> None:
    chosen = settings(image={"lab": {"uri": URI}}, domain={"execution_role": OTHER})
    template = existing(chosen)
    image = only(template, "aws_sagemaker_image")
    assert image["role_arn"] == OTHER
    assert "depends_on" not in image
    assert "aws_iam_role" not in template["resource"]
    assert "data" not in template
