"""Surplus versions of an image."""

from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from studio.aws.sagemaker_images import Version
from studio.images.versions.prune import prune, surplus_versions
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
    deployed_studio: DeployedStudio,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    by: str,
    why: str,
) -> None:
    monkeypatch.setenv("STUDIO_VERSIONS", str(tmp_path / "versions.toml"))
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
