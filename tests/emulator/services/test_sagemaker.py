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


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"Resource": "Image"}, "of Image"),
        ({"Resource": "ModelCard"}, "of ModelCard"),
        (
            {
                "Resource": "TrainingJob",
                "SearchExpression": {
                    "Filters": [
                        {"Name": "CreationTime", "Operator": "GreaterThan", "Value": "2026"}
                    ]
                },
            },
            "with GreaterThan of CreationTime",
        ),
    ],
)
def test_unsupported_search(sagemaker: Any, asked: dict[str, Any], words: str) -> None:
    code, message = refusal(sagemaker.search, **asked)
    assert (code, words in message) == ("UnknownOperationException", True)


def test_search(sagemaker: Any) -> None:
    sagemaker.create_experiment(ExperimentName="one")
    sagemaker.create_experiment(ExperimentName="two")
    filters = [{"Name": "ExperimentName", "Operator": "Equals", "Value": "two"}]
    found = sagemaker.search(Resource="Experiment", SearchExpression={"Filters": filters})
    assert [each["Experiment"]["ExperimentName"] for each in found["Results"]] == ["two"]
