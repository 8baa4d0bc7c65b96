"""SageMaker's tags outside Studio, and Search, which is refused."""

from typing import Any

from tests.emulator.samples import ACCOUNT, REGION, as_tags, code_of


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


def test_tags_of_an_unknown_resource(sagemaker: Any) -> None:
    absent = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/absent"
    assert code_of(sagemaker.list_tags, ResourceArn=absent) == "ValidationException"


def test_search_is_refused(sagemaker: Any) -> None:
    assert code_of(sagemaker.search, Resource="Experiment") == "UnknownOperationException"
