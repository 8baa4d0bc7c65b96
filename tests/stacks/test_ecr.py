"""Each image has one repository with immutable tags."""

import json

import cdktf

from stacks.ecr import EcrStack
from tests.fixtures import SettingsBuilder, Synth


def test_a_repository_for_each_enabled_image(settings: SettingsBuilder, synth: Synth) -> None:
    stack = EcrStack(
        cdktf.Testing.app(),
        "ecr",
        settings=settings(name="lab", image={"slim": {}, "torch": {}, "old": {"enabled": False}}),
    )
    template = synth(stack)
    repositories = template["resource"]["aws_ecr_repository"].values()
    assert {repository["name"] for repository in repositories} == {"lab/slim", "lab/torch"}
    assert set(stack.outputs.repositories) == {"slim", "torch"}
    assert set(template["output"]["repository_urls"]["value"]) == {"slim", "torch"}


def test_a_repository_is_immutable_scanned_and_encrypted(
    settings: SettingsBuilder, synth: Synth
) -> None:
    template = synth(EcrStack(cdktf.Testing.app(), "ecr", settings=settings()))
    (repository,) = template["resource"]["aws_ecr_repository"].values()
    assert repository["image_tag_mutability"] == "IMMUTABLE"
    assert repository["image_scanning_configuration"] == {"scan_on_push": True}
    assert repository["encryption_configuration"] == [{"encryption_type": "KMS"}]
    assert repository["force_delete"] is False


def test_the_settings_set_retention_and_deletion(settings: SettingsBuilder, synth: Synth) -> None:
    chosen = settings(
        image={"slim": {"keep_versions": 7}}, ecr={"keep_images": 7, "force_delete": True}
    )
    resources = synth(EcrStack(cdktf.Testing.app(), "ecr", settings=chosen))["resource"]
    (repository,) = resources["aws_ecr_repository"].values()
    (lifecycle,) = resources["aws_ecr_lifecycle_policy"].values()
    (rule,) = json.loads(lifecycle["policy"])["rules"]
    assert repository["force_delete"] is True
    assert rule["action"] == {"type": "expire"}
    assert rule["selection"]["countNumber"] == 7
    assert rule["selection"]["tagStatus"] == "any"
