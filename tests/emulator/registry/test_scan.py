"""Scans of images: status and findings."""

from typing import Any

import pytest

from studio_emulator.errors import UsageError
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import (
    REPOSITORY,
    Raw,
    make_repository,
    password_of,
)


def test_scan_on_push(aws: Emulator, ecr: Any) -> None:
    aws.options.update({"scan_findings": ["CRITICAL", "HIGH", "HIGH"], "speed": 1})
    make_repository(ecr, imageScanningConfiguration={"scanOnPush": True})
    Raw(aws.endpoint_url, password_of(ecr)).image("v1")
    asked = {"repositoryName": REPOSITORY, "imageId": {"imageTag": "v1"}}
    found = ecr.describe_image_scan_findings(**asked)
    assert found["imageScanStatus"]["status"] == "IN_PROGRESS"
    assert "imageScanFindings" not in found
    detail = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"][0]
    assert "imageScanFindingsSummary" not in detail
    for outcome in ("FAILED", "UNSUPPORTED_IMAGE"):
        aws.options.update({"scan_outcome": outcome, "speed": 1e6})
        found = ecr.describe_image_scan_findings(**asked)
        assert found["imageScanStatus"]["status"] == outcome
        assert "imageScanFindings" not in found
    with pytest.raises(UsageError, match="one of COMPLETE, FAILED, UNSUPPORTED_IMAGE"):
        aws.options.update({"scan_outcome": "GOOD"})
    aws.options.update({"scan_outcome": "COMPLETE"})
    detail = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"][0]
    assert detail["imageScanStatus"]["status"] == "COMPLETE"
    counts = {"CRITICAL": 1, "HIGH": 2}
    assert detail["imageScanFindingsSummary"]["findingSeverityCounts"] == counts
    found = ecr.describe_image_scan_findings(repositoryName=REPOSITORY, imageId={"imageTag": "v1"})[
        "imageScanFindings"
    ]
    assert [finding["severity"] for finding in found["findings"]] == ["CRITICAL", "HIGH", "HIGH"]


def test_reset_keeps_the_option_scan_findings(aws: Emulator, ecr: Any) -> None:
    aws.options.update({"scan_findings": ["LOW"], "speed": 1e6})
    aws.reset()
    make_repository(ecr, imageScanningConfiguration={"scanOnPush": True})
    Raw(aws.endpoint_url, password_of(ecr)).image("v1")
    found = ecr.describe_image_scan_findings(repositoryName=REPOSITORY, imageId={"imageTag": "v1"})
    assert found["imageScanFindings"]["findingSeverityCounts"] == {"LOW": 1}
