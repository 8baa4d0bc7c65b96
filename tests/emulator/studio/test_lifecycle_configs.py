"""Studio lifecycle configurations, through boto3."""

import base64
from typing import Any

import pytest

from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import existing
from tests.emulator.samples import ACCOUNT, REGION, refusal

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
    code, message = refusal(create, sagemaker=sagemaker, **changed)
    assert (code, words in message) == ("ValidationException", True), message
    assert sagemaker.list_studio_lifecycle_configs()["StudioLifecycleConfigs"] == []


@pytest.mark.parametrize(
    ("kind", "data", "refused"),
    [
        ("domains", {"JupyterLabAppSettings": {"LifecycleConfigArns": [ARN]}}, True),
        ("domains", {"JupyterLabAppSettings": {"LifecycleConfigArns": [f"{ARN}-2"]}}, False),
        ("domains", {"CodeEditorAppSettings": {"BuiltInLifecycleConfigArn": ARN}}, True),
        ("spaces", {"DefaultResourceSpec": {"LifecycleConfigArn": ARN}}, True),
        ("apps", {"ResourceSpec": {"LifecycleConfigArn": ARN}}, True),
    ],
)
def test_deletion_while_attached(
    sagemaker: Any, kind: str, data: dict[str, Any], refused: bool
) -> None:
    create(sagemaker)
    state = existing(ACCOUNT, REGION)
    assert state is not None
    getattr(state, kind)["d-1", "alice"] = Resource(
        name="alice",
        arn=f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/alice",
        data={"Settings": data},
        status="InService",
        created=0.0,
    )
    if refused:
        code, message = refusal(
            sagemaker.delete_studio_lifecycle_config, StudioLifecycleConfigName="start"
        )
        assert (code, f"{kind}/alice" in message) == ("ResourceInUse", True)
    else:
        sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="start")


def test_list_filters_and_order(sagemaker: Any) -> None:
    create(sagemaker)
    create(sagemaker, StudioLifecycleConfigName="edit", StudioLifecycleConfigAppType="CodeEditor")

    def names(**params: str) -> list[str]:
        found = sagemaker.list_studio_lifecycle_configs(**params)["StudioLifecycleConfigs"]
        return [config["StudioLifecycleConfigName"] for config in found]

    assert names(AppTypeEquals="CodeEditor") == ["edit"]
    assert names(NameContains="tar") == ["start"]
    assert names(SortBy="Name", SortOrder="Ascending") == ["edit", "start"]
