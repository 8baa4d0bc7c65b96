"""SageMaker's tags and Search outside Studio."""

from typing import Any

import pytest

from tests.emulator.samples import ACCOUNT, REGION, as_tags, code_of, refusal


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


def by(name: str, operator: str) -> dict[str, str]:
    return {"Name": name, "Operator": operator, "Value": "2026"}


@pytest.mark.parametrize(
    ("resource", "expression", "words"),
    [
        ("Image", {}, "of Image"),
        ("ModelCard", {}, "of ModelCard"),
        (
            "TrainingJob",
            {"Filters": [by("CreationTime", "GreaterThan")]},
            "with GreaterThan of CreationTime",
        ),
        ("TrainingJob", {"Filters": [by("Tags.a", "Contains")]}, "with Contains of Tags.a"),
        ("TrainingJob", {"SubExpressions": [{}]}, "with SubExpressions"),
        (
            "TrainingJob",
            {"Filters": [by("Tags.a", "Equals"), by("Tags.b", "Equals")], "Operator": "Or"},
            "with Or",
        ),
    ],
)
def test_unsupported_search(
    sagemaker: Any, resource: str, expression: dict[str, Any], words: str
) -> None:
    asked = {"SearchExpression": expression} if expression else {}
    code, message = refusal(sagemaker.search, Resource=resource, **asked)
    assert (code, words in message) == ("UnknownOperationException", True)


def test_search(sagemaker: Any) -> None:
    sagemaker.create_experiment(ExperimentName="one")
    sagemaker.create_experiment(ExperimentName="two")
    filters = [{"Name": "ExperimentName", "Operator": "Equals", "Value": "two"}]
    found = sagemaker.search(Resource="Experiment", SearchExpression={"Filters": filters})
    assert [each["Experiment"]["ExperimentName"] for each in found["Results"]] == ["two"]
