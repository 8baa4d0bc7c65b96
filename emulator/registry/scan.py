"""The answers of an image scan: done at once, with the findings that were asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

STATUS = {"status": "COMPLETE", "description": "The scan was completed successfully."}
_findings: list[str] = []


def set_findings(severities: Sequence[str]) -> None:
    """One finding of each given severity in every image from now on."""
    _findings[:] = severities


def summary(scanned: datetime) -> dict[str, Any]:
    """ECR's ImageScanFindingsSummary of a scan finished at `scanned`."""
    return {
        "imageScanCompletedAt": scanned,
        "vulnerabilitySourceUpdatedAt": scanned,
        "findingSeverityCounts": dict(Counter(_findings)),
    }


def findings(scanned: datetime) -> dict[str, Any]:
    """ECR's ImageScanFindings of a scan finished at `scanned`."""
    return {
        **summary(scanned),
        "findings": [
            {"name": f"CVE-2000-{number:04}", "severity": severity, "attributes": []}
            for number, severity in enumerate(_findings, start=1)
        ],
    }
