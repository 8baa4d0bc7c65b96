"""Scans of images: status and findings."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_emulator.options import Options
from studio_emulator.registry import scan
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import REPOSITORY, Raw, make_repository, password_of


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
    aws.options.update({"scan_outcome": "COMPLETE"})
    detail = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"][0]
    assert detail["imageScanStatus"]["status"] == "COMPLETE"
    counts = {"CRITICAL": 1, "HIGH": 2}
    assert detail["imageScanFindingsSummary"]["findingSeverityCounts"] == counts
    found = ecr.describe_image_scan_findings(**asked)["imageScanFindings"]
    assert [finding["severity"] for finding in found["findings"]] == ["CRITICAL", "HIGH", "HIGH"]


@pytest.mark.parametrize(("age", "status"), [(29, "IN_PROGRESS"), (31, "COMPLETE")])
def test_scan_lasts_30_seconds(age: float, status: str) -> None:
    scan.follow(Options(speed=1))
    assert scan.status(datetime.now(UTC) - timedelta(seconds=age))["status"] == status
