"""A SageMaker image is pinned to a digest, and has an app image config for each app type."""

from typing import Any

import pytest

from catalog.container_config import ContainerConfig
from catalog.names import AppType
from modules.custom_image import StudioImage
from tests.record_samples import TAG
from tests.samples import REPOSITORIES
from tests.synthesis import Template, new_stack, only, synth

REPOSITORY = REPOSITORIES["slim"]
ROLE = "arn:aws:iam::123456789012:role/images"
URI = f"{REPOSITORY.url}@sha256:{'a' * 64}"
A, B = "a" * 16, "b" * 16
VERSION = "x_slim_version_"


def image(*app_types: AppType, **arguments: Any) -> Template:
    """An image with the tag, of the repository by default."""
    stack = new_stack()
    StudioImage(
        stack,
        "slim",
        name="lab-slim",
        tag=TAG,
        role_arn=ROLE,
        **{
            "repository": None if "base_image" in arguments else REPOSITORY,
            "containers": {kind: ContainerConfig() for kind in app_types or AppType},
            **arguments,
        },
    )
    return synth(stack)


def postconditions(template: Template) -> tuple[dict[str, str], dict[str, str]]:
    """That the tag is pushed, and that the newest image is known."""
    pushed, known = only(template, "aws_ecr_repository", "data")["lifecycle"]["postcondition"]
    return pushed, known


def test_the_version_is_pinned_to_the_digest_of_the_image() -> None:
    template = image(display_name="Lab", description="A small one")
    ((address, pushed),) = template["data"]["aws_ecr_image"].items()
    version = only(template, "aws_sagemaker_image_version")
    assert (pushed["repository_name"], pushed["image_tag"]) == ("lab/slim", TAG)
    digest = f'try(data.aws_ecr_image.{address}[0].image_digest, "")'
    assert version["base_image"] == REPOSITORY.url + "@${" + digest + "}"
    assert version["lifecycle"] == {"ignore_changes": ["base_image"]}
    found = only(template, "aws_sagemaker_image")
    assert found["role_arn"] == ROLE
    assert (found["display_name"], found["description"]) == ("Lab", "A small one")


@pytest.mark.parametrize(
    "both", [{"base_image": URI, "repository": REPOSITORY}, {"repository": None}]
)
def test_an_image_has_either_a_repository_or_a_digest(both: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either repository or base_image"):
        image(**both)


@pytest.mark.parametrize(("address", "end"), [(None, TAG), (f"{B}_2", f"{B}_2")])
def test_older_versions_leave_the_state_and_are_not_deleted(address: str | None, end: str) -> None:
    template = image(address=address, removed=[A, f"{A}_1"])
    assert list(template["resource"]["aws_sagemaker_image_version"]) == [f"{VERSION}{end}"]
    assert template["removed"] == [
        {
            "from": f"aws_sagemaker_image_version.{VERSION}{past}",
            "lifecycle": {"destroy": False},
        }
        for past in (A, f"{A}_1")
    ]


def test_an_existing_version_is_imported_by_the_name_of_its_image() -> None:
    (block,) = image(import_existing=True)["import"]
    version = f"aws_sagemaker_image_version.{VERSION}{TAG}"
    assert (block["to"], block["id"]) == (version, "lab-slim")
    assert "import" not in image()


def test_the_plan_fails_if_an_image_is_not_pushed_or_a_newer_one_not_recorded() -> None:
    template = image(push_hint="Push it.", unknown_hint="Record it.")
    pushed, known = postconditions(template)
    assert pushed["error_message"] == f"lab/slim:{TAG} is not pushed. Push it."
    assert f'"{TAG}"' in pushed["condition"]
    tags = "try(concat(self.most_recent_image_tags, []), [])"
    unknown = f'can(regex("^[0-9a-f]{{16}}$", t)) && !contains(["{TAG}"], t)'
    assert known["condition"] == f"${{length([for t in {tags} : t if {unknown}]) == 0}}"
    assert known["error_message"].endswith("made from it. Record it.")
    # On destroy, postconditions are warnings, and the data source would fail.
    assert only(template, "aws_ecr_image", "data")["count"].endswith(f'"{TAG}") ? 1 : 0}}')


def test_a_known_image_can_be_older_than_the_newest() -> None:
    pushed, known = postconditions(image(known_tags=[A, TAG]))
    assert TAG not in pushed["condition"]
    assert f'["{TAG}", "{A}"]' in known["condition"]


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
def test_an_app_image_config_is_for_one_app_type(app_type: AppType, block: str) -> None:
    container = ContainerConfig(
        entrypoint=("/usr/local/bin/start",), arguments=("--a", "b c"), environment={"A": "b"}
    )
    template = image(containers={app_type: container})
    config = only(template, "aws_sagemaker_app_image_config")
    # Provider 6.0.0 and later require exactly one.
    assert [key for key in config if key.endswith("_config")] == [block]
    assert config["app_image_config_name"] == f"lab-slim-{app_type.lower()}"
    expected = {
        "container_config": {
            "container_entrypoint": ["/usr/local/bin/start"],
            "container_arguments": ["--a", "b c"],
            "container_environment_variables": {"A": "b"},
        }
    }
    assert config[block] == (KERNEL_GATEWAY if app_type is AppType.KERNEL_GATEWAY else expected)


def test_a_container_config_omits_unset_values() -> None:
    """The provider does not send an empty block, and plans to add it each time."""
    container = ContainerConfig(environment={"A": "b"})
    template = image(containers={AppType.JUPYTER_LAB: container})
    config = only(template, "aws_sagemaker_app_image_config")["jupyter_lab_image_config"]
    assert config["container_config"] == {"container_environment_variables": {"A": "b"}}


# The arguments of aws_sagemaker_image_version in the bindings for provider 6.28.0.
ARGUMENTS_OF_6 = {
    *("base_image", "image_name", "aliases", "horovod", "job_type", "ml_framework", "processor"),
    *("programming_lang", "region", "release_notes", "vendor_guidance"),
}
META = {"lifecycle", "depends_on", "provider", "//"}


def test_version_6_of_the_provider_accepts_the_same_arguments() -> None:
    version = only(image(*AppType), "aws_sagemaker_image_version")
    assert set(version) - META <= ARGUMENTS_OF_6
