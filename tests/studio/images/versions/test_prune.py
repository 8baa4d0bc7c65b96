"""Surplus versions of an image."""

from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from settings.record import Record
from studio.aws.client import Aws
from studio.aws.sagemaker_images import Version
from studio.images.versions.prune import delete_older_versions, prune, surplus_versions
from tests.emulator.samples import ACCOUNT, REGION
from tests.studio.deployed_studio import DeployedStudio
from tests.studio.images.versions.samples import version


@pytest.mark.parametrize(
    ("versions", "keep", "surplus"),
    [
        ([], 1, []),
        ([version(1), version(2)], 2, []),
        ([version(1), version(2), version(3)], 2, [1]),
        ([version(1), version(2), version(3)], 1, [1, 2]),
        ([version(1), version(2, status="CREATE_FAILED"), version(3)], 2, [2]),
        ([version(1), version(2, status="DELETING"), version(3)], 2, []),
        ([version(1), version(2, status="CREATE_FAILED")], 1, [2]),
    ],
)
def test_surplus_versions(versions: list[Version], keep: int, surplus: list[int]) -> None:
    assert surplus_versions(versions, keep=keep) == surplus


@pytest.mark.parametrize(
    ("by", "why"),
    [("image", "the settings name"), ("user", "the settings name"), ("space", "is in use")],
)
def test_versions_that_are_pinned_or_in_use_are_kept(
    deployed_studio: DeployedStudio, tmp_path: Path, by: str, why: str
) -> None:
    for digit in "234":
        deployed_studio.version("slim", tag=digit * 16)
    lines: list[str] = []
    chosen: dict[str, Any] = {"image": {"slim": {"keep_versions": 1}}}
    if by == "image":
        chosen["image"]["slim"]["version"] = 2
    elif by == "user":
        chosen["users"] = {"alice": {"versions": {"slim": 2}}}
    else:
        arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:image-version/studio-slim/2"
        resources = {"InstanceType": "ml.t3.large", "SageMakerImageVersionArn": arn}
        deployed_studio.update_space(
            "alice", JupyterLabAppSettings={"DefaultResourceSpec": resources}
        )
    settings = Settings.model_validate(
        deployed_studio.settings.model_dump(exclude_unset=True) | chosen
    )
    assert prune(settings, folder=tmp_path, report=lines.append) == 2
    assert lines == [
        "deleted   version 1 of studio-slim",
        f"kept      version 2 of studio-slim, which {why}",
        "deleted   version 3 of studio-slim",
    ]
    recorded = Record.load(settings.file).of("slim")
    assert [content.versions for content in recorded] == [(), (2,), (), (4,)]


def test_a_version_whose_deletion_sagemaker_refuses_is_kept(
    deployed_studio: DeployedStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed_studio.version("slim", tag="2" * 16)
    # "torch" has never been deployed.
    images: dict[str, Any] = {"image": {"torch": {}, "slim": {"keep_versions": 1}}}
    settings = Settings.model_validate(
        deployed_studio.settings.model_dump(exclude_unset=True) | images
    )
    monkeypatch.setattr("studio.images.versions.prune.delete_version", lambda *_: False)
    lines: list[str] = []
    assert prune(settings, folder=tmp_path, report=lines.append) == 0
    assert lines == ["kept      version 1 of studio-slim, which is in use"]


def test_all_versions_but_the_newest_are_deleted_before_an_image(
    deployed_studio: DeployedStudio,
) -> None:
    for digit in "23":
        deployed_studio.version("slim", tag=digit * 16)
    deployed_studio.aws.options.update({"speed": 0.01})
    deployed_studio.sagemaker.delete_image_version(ImageName="studio-slim", Version=1)
    lines: list[str] = []
    delete_older_versions(Aws(REGION), ["studio-slim", "absent"], report=lines.append)
    assert lines == ["deleted   version 2 of studio-slim"]
