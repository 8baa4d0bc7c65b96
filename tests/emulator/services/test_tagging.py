"""The Resource Groups Tagging API."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from studio_emulator.services.tagging import get_resources
from tests.emulator.control_plane import DISTRIBUTION, ControlPlane
from tests.emulator.samples import ACCOUNT, REGION, make_role, refusal, trust
from tests.emulator.ssm.registration import register_node

TAGS = [{"Key": "Project", "Value": "studio"}]
STUDIO = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:app-image-config"


@pytest.fixture
def tagging(aws: Emulator) -> Any:
    """A config of Studio, a VPC, an address and a repository with a tag, and one config more."""
    sagemaker, ec2 = aws.client("sagemaker"), aws.client("ec2")
    sagemaker.create_app_image_config(AppImageConfigName="slim", Tags=TAGS)
    sagemaker.create_app_image_config(AppImageConfigName="other", Tags=[])
    of = {"Tags": TAGS}
    ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", **of}])
    ec2.allocate_address(TagSpecifications=[{"ResourceType": "elastic-ip", **of}])
    aws.client("ecr").create_repository(repositoryName="studio/slim", tags=TAGS)
    return aws.client("resourcegroupstaggingapi")


def arns(answer: dict[str, Any]) -> list[str]:
    return [each["ResourceARN"] for each in answer["ResourceTagMappingList"]]


def test_get_resources_by_tag(tagging: Any) -> None:
    wanted = [{"Key": "Project", "Values": ["studio", "other"]}]
    answer = tagging.get_resources(TagFilters=wanted)
    assert [arn.split(":")[2] for arn in arns(answer)] == ["ec2", "ec2", "ecr", "sagemaker"]
    assert answer["ResourceTagMappingList"][-1] == {"ResourceARN": f"{STUDIO}/slim", "Tags": TAGS}
    assert arns(tagging.get_resources(TagFilters=[{"Key": "Project", "Values": ["x"]}])) == []
    assert tagging.get_tag_keys()["TagKeys"] == ["Project"]
    assert tagging.get_tag_values(Key="Project")["TagValues"] == ["studio"]


@pytest.mark.parametrize(
    ("types", "services"),
    [
        (["sagemaker"], ["sagemaker"]),
        (["sagemaker:app-image-config", "ec2:elastic-ip"], ["ec2", "sagemaker"]),
        (["sagemaker:domain"], []),
    ],
)
def test_resource_type_filters(tagging: Any, types: list[str], services: list[str]) -> None:
    found = arns(tagging.get_resources(ResourceTypeFilters=types))
    assert [arn.split(":")[2] for arn in found] == services


def test_pages(tagging: Any) -> None:
    pages = list(tagging.get_paginator("get_resources").paginate(ResourcesPerPage=1))
    assert [len(arns(page)) for page in pages] == [1, 1, 1, 1]
    assert len({arn for page in pages for arn in arns(page)}) == 4


def test_other_resource_types_are_refused(tagging: Any) -> None:
    code, message = refusal(tagging.get_resources, ResourceTypeFilters=["lambda:function"])
    assert (code, "lambda:function" in message) == ("InvalidParameterException", True)


def test_get_resources_by_arn(tagging: Any) -> None:
    wanted = [f"{STUDIO}/slim", f"{STUDIO}/other"]
    assert arns(tagging.get_resources(ResourceARNList=wanted)) == [f"{STUDIO}/slim"]
    filters = {"ResourceTypeFilters": ["sagemaker"]}
    code, _ = refusal(tagging.get_resources, ResourceARNList=wanted, **filters)
    assert code == "InvalidParameterException"


def test_tags_of_a_managed_node(aws: Emulator, tagging: Any) -> None:
    make_role(aws, "node", trusts=trust("ssm.amazonaws.com"))
    node = register_node(aws, aws.client("ssm").create_activation(IamRole="node", Tags=TAGS))
    found = arns(tagging.get_resources(ResourceTypeFilters=["ssm:managed-instance"]))
    assert [arn.rpartition("/")[2] for arn in found] == [node]


def test_deleted_app_is_not_listed(studio: ControlPlane) -> None:
    app = studio.app_key(studio.idle_space())
    studio.CreateApp(**app, ResourceSpec=DISTRIBUTION, Tags=TAGS)
    studio.wait(600)
    apps = {"ResourceTypeFilters": ["sagemaker:app"]}
    assert len(arns(get_resources(apps, studio.call))) == 1
    studio.DeleteApp(**app)
    studio.wait(600)
    assert arns(get_resources(apps, studio.call)) == []
