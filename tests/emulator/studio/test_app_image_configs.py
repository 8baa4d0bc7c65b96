"""App image configs, through boto3."""

import time
from typing import Any

import pytest

from studio_emulator.studio.store import store
from tests.emulator.control_plane import SLIM, ControlPlane
from tests.emulator.samples import ACCOUNT, REGION, as_tags, refused

KERNELS: dict[str, Any] = {"KernelSpecs": [{"Name": "python3", "DisplayName": "Python"}]}
CONTAINER: dict[str, Any] = {
    "ContainerConfig": {
        "ContainerArguments": ["--flag"],
        "ContainerEntrypoint": ["/start"],
        "ContainerEnvironmentVariables": {"A": "1"},
    }
}
ROOT = {"MountPath": "/root", "DefaultUid": 0, "DefaultGid": 0}
USER = {"MountPath": "/home/sagemaker-user", "DefaultUid": 1000, "DefaultGid": 100}


@pytest.mark.parametrize(
    ("settings", "described"),
    [
        ({}, {}),
        ({"KernelGatewayImageConfig": KERNELS}, {"KernelGatewayImageConfig": KERNELS}),
        (
            {"KernelGatewayImageConfig": {**KERNELS, "FileSystemConfig": {}}},
            {"KernelGatewayImageConfig": {**KERNELS, "FileSystemConfig": USER}},
        ),
        (
            {"KernelGatewayImageConfig": {**KERNELS, "FileSystemConfig": ROOT}},
            {"KernelGatewayImageConfig": {**KERNELS, "FileSystemConfig": ROOT}},
        ),
        ({"JupyterLabAppImageConfig": CONTAINER}, {"JupyterLabAppImageConfig": CONTAINER}),
        ({"CodeEditorAppImageConfig": {}}, {"CodeEditorAppImageConfig": {}}),
        (
            {"JupyterLabAppImageConfig": {"FileSystemConfig": {"MountPath": "/data"}}},
            {"JupyterLabAppImageConfig": {"FileSystemConfig": {**USER, "MountPath": "/data"}}},
        ),
    ],
)
def test_description(sagemaker: Any, settings: dict[str, Any], described: dict[str, Any]) -> None:
    created = sagemaker.create_app_image_config(AppImageConfigName="slim", **settings)
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:app-image-config/slim"
    assert created["AppImageConfigArn"] == arn
    answer = sagemaker.describe_app_image_config(AppImageConfigName="slim")
    assert answer["CreationTime"] == answer["LastModifiedTime"]
    shown = {
        key: value
        for key, value in answer.items()
        if key not in ("CreationTime", "LastModifiedTime", "ResponseMetadata")
    }
    assert shown == {"AppImageConfigName": "slim", "AppImageConfigArn": arn, **described}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"KernelGatewayImageConfig": {**KERNELS, "FileSystemConfig": {"DefaultUid": 0}}},
            "0 and 0 or 1000 and 100",
        ),
        ({"CodeEditorAppImageConfig": {"FileSystemConfig": ROOT}}, "1000 and 100"),
        ({"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}, "Duplicate"),
        ({"JupyterLabAppImageConfig": {}, "CodeEditorAppImageConfig": {}}, "Only one of"),
    ],
)
def test_refused_settings(sagemaker: Any, settings: dict[str, Any], words: str) -> None:
    create, named = sagemaker.create_app_image_config, {"AppImageConfigName": "slim"}
    refused("ValidationException", words, create, **named, **settings)
    assert sagemaker.list_app_image_configs()["AppImageConfigs"] == []


def test_update_replaces_the_settings(sagemaker: Any) -> None:
    sagemaker.create_app_image_config(AppImageConfigName="slim", JupyterLabAppImageConfig=CONTAINER)
    time.sleep(0.002)  # Times are in milliseconds.
    sagemaker.update_app_image_config(AppImageConfigName="slim", JupyterLabAppImageConfig={})
    answer = sagemaker.describe_app_image_config(AppImageConfigName="slim")
    assert answer["JupyterLabAppImageConfig"] == {}
    assert answer["LastModifiedTime"] > answer["CreationTime"]


def test_app_type_cannot_be_changed(sagemaker: Any) -> None:
    sagemaker.create_app_image_config(AppImageConfigName="slim", KernelGatewayImageConfig=KERNELS)
    other = {"AppImageConfigName": "slim", "JupyterLabAppImageConfig": {}}
    words, update = "KernelGatewayImageConfig", sagemaker.update_app_image_config
    refused("ValidationException", words, update, **other)


def test_list_by_name_has_the_newest_first(sagemaker: Any) -> None:
    for name in ("slim-1", "full-1", "SLIM-2"):
        sagemaker.create_app_image_config(AppImageConfigName=name)
    found = sagemaker.list_app_image_configs(NameContains="lim")["AppImageConfigs"]
    assert [config["AppImageConfigName"] for config in found] == ["SLIM-2", "slim-1"]


def test_deletion_of_an_attached_one_includes_its_tags(studio: ControlPlane) -> None:
    studio.image()
    studio.profile(studio.domain(), JupyterLabAppSettings=SLIM)
    arn = studio.DescribeAppImageConfig(AppImageConfigName="slim")["AppImageConfigArn"]
    studio.AddTags(ResourceArn=arn, Tags=as_tags(Team="a"))
    studio.DeleteAppImageConfig(AppImageConfigName="slim")
    assert arn not in store(studio.call).tags
