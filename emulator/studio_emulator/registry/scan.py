"""Scans of container images, which end as the options say."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from studio_emulator.clock import Clock
from studio_emulator.options import Options

_SECONDS = 30.0
"""AWS publishes no number; a basic scan of a small image is seen to take about that long."""

_DESCRIPTIONS = {
    "IN_PROGRESS": "The scan is in progress.",
    "COMPLETE": "The scan was completed successfully.",
    "FAILED": "The scan failed.",
    "UNSUPPORTED_IMAGE": "UnsupportedImageError: The operating system is not supported for scans.",
}
_options = Options()


def follow(options: Options) -> None:
    """Use these options from now on."""
    global _options
    _options = options


def status(begun: datetime) -> dict[str, str]:
    """ECR's ImageScanStatus of a scan that began then."""
    clock = Clock(_options)
    under_way = clock.now() < begun.timestamp() + _SECONDS / clock.speed
    name = "IN_PROGRESS" if under_way else _options.scan_outcome
    return {"status": name, "description": _DESCRIPTIONS[name]}


def complete(begun: datetime) -> bool:
    """Whether there are findings of a scan that began then."""
    return status(begun)["status"] == "COMPLETE"


def summary(begun: datetime) -> dict[str, Any]:
    """ECR's ImageScanFindingsSummary of a scan that is complete."""
    return {
        "imageScanCompletedAt": begun,
        "vulnerabilitySourceUpdatedAt": begun,
        "findingSeverityCounts": dict(Counter(_options.scan_findings)),
    }


def findings(begun: datetime) -> dict[str, Any]:
    """ECR's ImageScanFindings of a scan that is complete."""
    return {
        **summary(begun),
        "findings": [
            {"name": f"CVE-2000-{number:04}", "severity": severity, "attributes": []}
            for number, severity in enumerate(_options.scan_findings, start=1)
        ],
    }
