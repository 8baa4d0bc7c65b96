"""`studio push` with findings of ECR's scan, and with a full repository."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from settings import Settings, UserError
from studio.images import push
from studio.images.scan_gate import ScanStopped
from studio_emulator.server import Emulator
from tests.e2e.pushes import push_settings, tags
from tests.emulator.samples import allow, make_role, settled

SOON = {"WaiterConfig": {"Delay": 0.1, "MaxAttempts": 300}}


@pytest.mark.usefixtures("buildah", "images")
def test_findings_stop_this_push_and_later_pushes(aws: Emulator, ecr: Any) -> None:
    aws.options.update({"scan_findings": ["MEDIUM", "HIGH", "HIGH", "UNDEFINED"]})
    says = r"found 2 HIGH, 1 MEDIUM, 1 UNDEFINED in studio/slim@sha256:.* ecr.stop_at = \"HIGH\""
    lines: list[str] = []
    with pytest.raises(ScanStopped, match=says):
        push.push_images(push_settings("slim", stop_at="HIGH"), report=lines.append)
    assert len(tags(ecr)) == 1
    assert not any("->" in line for line in lines)
    with pytest.raises(ScanStopped, match=says):
        push.push_images(push_settings("slim", stop_at="HIGH"), report=lines.append)
    for stop_at in ("CRITICAL", "NONE"):
        pushed = push.push_images(push_settings("slim", stop_at=stop_at), report=lines.append)
        assert pushed["slim"].skipped


def test_images_of_versions_are_not_deleted(aws: Emulator, ecr: Any, images: Path) -> None:
    keep(ecr, 2)
    # A day of the emulated clock takes a tenth of a second.
    aws.options.update({"speed": 1e6})

    def push_content(text: str, keep_images: int = 2) -> push.PushedImage:
        (images / "slim" / "hello").write_text(text)
        settings = Settings.model_validate(
            {
                "image": {"slim": {"keep_versions": 2}},
                "ecr": {"check": False, "keep_images": keep_images},
            }
        )
        return push.push_images(settings, placeholder=True, report=lambda _: None)["slim"]

    first = push_content("one")
    sagemaker = make_version(aws, first.uri)
    push_content("two")
    says = (
        r"ecr.keep_images = 2: .*delete \S+@" + first.digest + ", the base image of version 1 of "
    )
    with pytest.raises(UserError, match=says):
        push_content("three")
    not_deployed = (
        r"ecr.keep_images = 9, and the deployed lifecycle policy of studio/slim keeps 2: after"
    )
    with pytest.raises(UserError, match=not_deployed):
        push_content("three", keep_images=9)
    time.sleep(0.2)
    assert first.digest in tags(ecr).values()
    assert len(tags(ecr)) == 2
    push_content("two")
    sagemaker.delete_image_version(ImageName="studio-slim", Version=1)
    sagemaker.get_waiter("image_version_deleted").wait(ImageName="studio-slim", Version=1, **SOON)
    push_content("three")
    time.sleep(0.2)
    tags(ecr)
    time.sleep(0.2)
    assert first.digest not in tags(ecr).values()


def keep(ecr: Any, images: int) -> None:
    """Set the lifecycle policy of the ecr stack."""
    selection = {
        "tagStatus": "any",
        "countType": "imageCountMoreThan",
        "countNumber": images,
    }
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    ecr.put_lifecycle_policy(
        repositoryName="studio/slim", lifecyclePolicyText=json.dumps({"rules": [rule]})
    )


@pytest.mark.usefixtures("images")
def test_push_waits_for_the_scan_and_stops_if_it_fails(aws: Emulator, ecr: Any) -> None:
    aws.options.update({"speed": 50, "scan_outcome": "FAILED"})
    settings, lines = push_settings("slim"), list[str]()
    with pytest.raises(ScanStopped, match=r"no scan result for studio/slim@.* \(FAILED: "):
        push.push_images(settings, placeholder=True, report=lines.append)
    assert any("waiting for ECR's scan" in line for line in lines)
    assert len(tags(ecr)) == 1
    aws.options.update({"scan_outcome": "UNSUPPORTED_IMAGE"})
    with pytest.raises(ScanStopped, match=r"\(UNSUPPORTED_IMAGE: UnsupportedImageError"):
        push.push_images(settings, placeholder=True, report=lines.append)
    aws.options.update({"scan_outcome": "COMPLETE"})
    assert push.push_images(settings, placeholder=True, report=lines.append)["slim"].skipped


def make_version(aws: Emulator, base: str) -> Any:
    """Create the SageMaker image studio-slim with version 1 from ``base``; returns the client."""
    sagemaker = aws.client("sagemaker")
    role = make_role(aws, "reader", allow("ecr:*"))
    sagemaker.create_image(ImageName="studio-slim", RoleArn=role)
    settled(lambda: sagemaker.describe_image(ImageName="studio-slim"), "ImageStatus")
    sagemaker.create_image_version(ImageName="studio-slim", BaseImage=base)
    sagemaker.get_waiter("image_version_created").wait(ImageName="studio-slim", Version=1, **SOON)
    return sagemaker
