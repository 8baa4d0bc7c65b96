"""Tags of Studio's resources, through boto3."""

from typing import Any

import pytest

from tests.emulator.control_plane import ControlPlane, refused
from tests.emulator.samples import ACCOUNT, REGION, as_tags

PREFIX = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


@pytest.fixture
def arn(sagemaker: Any) -> str:
    """A resource with one tag."""
    created = sagemaker.create_app_image_config(AppImageConfigName="slim", Tags=as_tags(Team="a"))
    return str(created["AppImageConfigArn"])


def test_add_overwrite_and_delete(sagemaker: Any, arn: str) -> None:
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == as_tags(Team="a")
    answer = sagemaker.add_tags(ResourceArn=arn, Tags=as_tags(Team="b", Cost="1"))
    assert answer["Tags"] == as_tags(Team="b", Cost="1")
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["Team", "Unknown"])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == as_tags(Cost="1")


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (as_tags(**{"aws:x": "1"}), "aws:"),
        (as_tags(**{"AWS:x": "1"}), "aws:"),
        (as_tags(a="1") + as_tags(a="2"), "Duplicate"),
        (as_tags(**{f"k{n}": "v" for n in range(50)}), "at most 50 tags"),
    ],
)
def test_refused_tags(sagemaker: Any, arn: str, tags: list[dict[str, str]], words: str) -> None:
    refused("ValidationException", words, sagemaker.add_tags, ResourceArn=arn, Tags=tags)
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == as_tags(Team="a")


def test_fifty_tags_fit(sagemaker: Any, arn: str) -> None:
    sagemaker.add_tags(ResourceArn=arn, Tags=as_tags(**{f"k{n}": "v" for n in range(49)}))
    assert len(sagemaker.list_tags(ResourceArn=arn)["Tags"]) == 50


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("add_tags", {"Tags": as_tags(a="1")}),
        ("list_tags", {}),
        ("delete_tags", {"TagKeys": ["a"]}),
    ],
)
@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("app/d-1/a/b/c", "The resource"),
        ("domain/d-1", "The resource"),
        ("image/none", "The resource"),
        ("image-version/slim/1", "The resource"),
        ("space/d-1/alice", "The resource"),
        ("studio-lifecycle-config/start", "The resource"),
        ("user-profile/d-1/alice", "The resource"),
        ("model/domain", "Resource"),
        ("notebook-instance/alice", "Resource"),
    ],
)
def test_unknown_resource(
    sagemaker: Any, operation: str, params: dict[str, Any], resource: str, words: str
) -> None:
    """Of Studio, or of moto."""
    arn = f"{PREFIX}:{resource}"
    words = f"{words} {arn} does not exist"
    refused("ValidationException", words, getattr(sagemaker, operation), ResourceArn=arn, **params)


def test_tags_of_motos_resources(sagemaker: Any) -> None:
    model = sagemaker.create_model(
        ModelName="m",
        ExecutionRoleArn=f"arn:aws:iam::{ACCOUNT}:role/reader",
        Tags=as_tags(Team="a"),
    )["ModelArn"]
    sagemaker.add_tags(ResourceArn=model, Tags=as_tags(Cost="1"))
    assert sagemaker.list_tags(ResourceArn=model)["Tags"] == as_tags(Team="a", Cost="1")
    sagemaker.delete_tags(ResourceArn=model, TagKeys=["Team"])
    assert sagemaker.list_tags(ResourceArn=model)["Tags"] == as_tags(Cost="1")


def test_deleted_app_has_no_tags(studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    app = studio.app_key(domain_id)
    arn = studio.DescribeApp(**app)["AppArn"]
    assert studio.ListTags(ResourceArn=arn) == {"Tags": []}
    studio.DeleteApp(**app)
    studio.wait(600)
    refused("ValidationException", "does not exist", studio.ListTags, ResourceArn=arn)
