"""The ECR stack has a repository for each image that is built."""

import json

from cdktf import Testing

from settings import Settings
from stacks.ecr import EcrStack
from tests.synthesis import only, settings, synth

URI = f"111122223333.dkr.ecr.us-east-1.amazonaws.com/team/lab@sha256:{'a' * 64}"


def ecr(settings: Settings) -> EcrStack:
    return EcrStack(Testing.app(), "ecr", settings=settings)


def test_a_repository_for_each_enabled_image_that_is_built() -> None:
    images = {"slim": {}, "torch": {}, "old": {"enabled": False}, "theirs": {"uri": URI}}
    stack = ecr(settings(name="lab", image=images))
    template = synth(stack)
    repositories = template["resource"]["aws_ecr_repository"].values()
    assert {repository["name"] for repository in repositories} == {"lab/slim", "lab/torch"}
    assert set(stack.repositories) == {"slim", "torch"}
    assert set(template["output"]["repository_urls"]["value"]) == {"slim", "torch"}


def test_the_settings_set_retention_and_deletion() -> None:
    kept = {"keep_images": 7, "force_delete": True}
    template = synth(ecr(settings(image={"slim": {"keep_versions": 7}}, ecr=kept)))
    assert only(template, "aws_ecr_repository")["force_delete"] is True
    policy = json.loads(only(template, "aws_ecr_lifecycle_policy")["policy"])
    assert policy["rules"][0]["selection"]["countNumber"] == 7


def test_without_an_image_to_build_the_stack_is_empty() -> None:
    template = synth(ecr(settings(image={"theirs": {"uri": URI}})))
    assert template.keys().isdisjoint({"resource", "data", "output"})
