"""A repository of images."""

import json

import pytest

from modules.repository import ImageRepository
from tests.synthesis import Template, new_stack, only, synth


@pytest.fixture(scope="module")
def template() -> Template:
    stack = new_stack()
    made = ImageRepository(stack, "slim", name="lab/slim", keep_images=7).repository
    assert made.name == "lab/slim"
    return synth(stack)


def test_a_repository_is_immutable_scanned_and_encrypted(template: Template) -> None:
    repository = only(template, "aws_ecr_repository")
    assert repository["name"] == "lab/slim"
    assert repository["image_tag_mutability"] == "IMMUTABLE"
    assert repository["image_scanning_configuration"] == {"scan_on_push": True}
    assert repository["encryption_configuration"] == [{"encryption_type": "KMS"}]
    assert repository["force_delete"] is False


def test_ecr_deletes_all_but_the_newest_images(template: Template) -> None:
    (rule,) = json.loads(only(template, "aws_ecr_lifecycle_policy")["policy"])["rules"]
    assert rule["action"] == {"type": "expire"}
    assert rule["selection"] == {
        "tagStatus": "any",
        "countType": "imageCountMoreThan",
        "countNumber": 7,
    }
