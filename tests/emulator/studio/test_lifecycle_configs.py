"""Studio lifecycle configurations, through boto3."""

import base64
from typing import Any

import pytest

from tests.emulator.samples import ACCOUNT, REGION, refused

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:studio-lifecycle-config/start"
SCRIPT = base64.b64encode(b"#!/bin/sh\necho hello\n").decode()


def create(sagemaker: Any, **changed: Any) -> Any:
    return sagemaker.create_studio_lifecycle_config(
        **{
            "StudioLifecycleConfigName": "start",
            "StudioLifecycleConfigContent": SCRIPT,
            "StudioLifecycleConfigAppType": "JupyterLab",
            **changed,
        }
    )


def test_lifecycle(sagemaker: Any) -> None:
    assert create(sagemaker)["StudioLifecycleConfigArn"] == ARN
    answer = sagemaker.describe_studio_lifecycle_config(StudioLifecycleConfigName="start")
    assert answer["StudioLifecycleConfigArn"] == ARN
    assert answer["StudioLifecycleConfigContent"] == SCRIPT
    assert answer["StudioLifecycleConfigAppType"] == "JupyterLab"
    assert answer["CreationTime"] == answer["LastModifiedTime"]
    sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="start")
    assert sagemaker.list_studio_lifecycle_configs()["StudioLifecycleConfigs"] == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"StudioLifecycleConfigContent": "echo hello"}, "base64"),
        ({"StudioLifecycleConfigContent": SCRIPT[:-1]}, "base64"),
        ({"StudioLifecycleConfigContent": "QUJD\n"}, "base64"),
        ({"Tags": [{"Key": "aws:x", "Value": "1"}]}, "aws:"),
    ],
)
def test_refused_creations(sagemaker: Any, changed: dict[str, Any], words: str) -> None:
    refused("ValidationException", words, create, sagemaker=sagemaker, **changed)
    assert sagemaker.list_studio_lifecycle_configs()["StudioLifecycleConfigs"] == []


def test_list_filters_and_order(sagemaker: Any) -> None:
    create(sagemaker)
    create(sagemaker, StudioLifecycleConfigName="edit", StudioLifecycleConfigAppType="CodeEditor")

    def names(**params: str) -> list[str]:
        found = sagemaker.list_studio_lifecycle_configs(**params)["StudioLifecycleConfigs"]
        return [config["StudioLifecycleConfigName"] for config in found]

    assert names(AppTypeEquals="CodeEditor") == ["edit"]
    assert names(NameContains="tar") == ["start"]
    assert names(SortBy="Name", SortOrder="Ascending") == ["edit", "start"]
