"""Configurations for previews."""

import json

from studio.terraform.preview import preview

REFERENCE = "cross-stack-reference-input-network"
CONFIGURATION = {
    "data": {
        "terraform_remote_state": {
            REFERENCE: {"backend": "s3", "config": {"bucket": "b"}},
            "cross-stack-reference-input-role": {"backend": "s3", "config": {"bucket": "b"}},
        },
        "aws_ecr_image": {"slim": {"repository_name": "r"}},
        "aws_ecr_repository": {"slim": {"name": "r"}},
    },
    "terraform": {"backend": {"s3": {"bucket": "b"}}, "required_providers": {}},
    "check": {"slim": {"assert": {}}},
    "resource": {
        "aws_subnet": {
            "a": {
                "vpc_id": f"${{data.terraform_remote_state.{REFERENCE}.outputs.cross-vpc}}",
                "role": "${data.terraform_remote_state.cross-stack-reference-input-role.outputs.x}",
                "image": 'u@${try(data.aws_ecr_image.slim[0].image_digest, "")}',
            }
        }
    },
}


def test_preview_replaces_the_state_of_planned_stacks() -> None:
    before = json.dumps(CONFIGURATION)
    found = preview(CONFIGURATION, {"network": {"cross-vpc": "a${b}%{c}", "cross-id": None}})
    assert json.dumps(CONFIGURATION) == before
    values = found["resource"]["aws_subnet"]["a"]
    assert values["vpc_id"] == "${local.review_preview_network.cross-vpc}"
    assert values["role"].startswith("${data.terraform_remote_state.")
    assert found["locals"]["review_preview_network"] == {
        "cross-vpc": "a$${b}%%{c}",
        "cross-id": "${terraform_data.review_preview.output}",
    }
    assert list(found["data"]["terraform_remote_state"]) == ["cross-stack-reference-input-role"]
    assert "aws_ecr_image" in found["data"]


def test_preview_has_no_empty_blocks() -> None:
    found = preview(CONFIGURATION, {"network": {}, "role": {}}, pushed=False)
    assert "data" not in found


def test_preview_without_pushed_images_does_not_read_ecr() -> None:
    found = preview(CONFIGURATION, {}, pushed=False)
    assert found["resource"]["aws_subnet"]["a"]["image"] == (
        'u@${try(terraform_data.review_preview.output, "")}'
    )
    assert "check" not in found
    assert not {"aws_ecr_image", "aws_ecr_repository"} & set(found["data"])
