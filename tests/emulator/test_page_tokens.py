"""The page tokens that clients see: each is valid for one request only."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import code_of, refusal


@pytest.mark.parametrize(
    ("service", "operation", "token"),
    [
        ("logs", "describe_log_groups", "nextToken"),
        ("resourcegroupstaggingapi", "get_resources", "PaginationToken"),
        ("sagemaker", "list_apps", "NextToken"),
        ("ssm", "describe_activations", "NextToken"),
    ],
)
def test_unknown_tokens_are_refused(
    aws: Emulator, service: Any, operation: str, token: str
) -> None:
    """Of the lists that the emulator answers itself; test_moto_lists has those of moto."""
    code, _ = refusal(getattr(aws.client(service), operation), **{token: "1"})
    assert code.startswith(("Invalid", "Validation", "PaginationToken"))


def test_token_is_valid_only_for_its_request(aws: Emulator) -> None:
    sagemaker = aws.client("sagemaker")
    for number in range(4):
        sagemaker.create_app_image_config(AppImageConfigName=f"config-{number}")
    first = sagemaker.list_app_image_configs(MaxResults=1, NameContains="c")
    token = {"NextToken": first["NextToken"]}
    assert "config" not in token["NextToken"]
    for other in ({}, {"NameContains": "g-1"}, {"NameContains": "c", "SortOrder": "Descending"}):
        assert code_of(sagemaker.list_app_image_configs, **token, **other) == "ValidationException"
    rest = sagemaker.list_app_image_configs(MaxResults=10, NameContains="c", **token)
    assert len(rest["AppImageConfigs"]) == 3


def test_empty_token_starts_with_the_first_page(aws: Emulator) -> None:
    sagemaker = aws.client("sagemaker")
    sagemaker.create_app_image_config(AppImageConfigName="slim")
    shown = sagemaker.list_app_image_configs(NextToken="")["AppImageConfigs"]
    assert [each["AppImageConfigName"] for each in shown] == ["slim"]
