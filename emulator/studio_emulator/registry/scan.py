"""Scans of container images: 30 seconds; `scan_outcome` and `scan_findings` set their results."""

from collections import Counter
from datetime import datetime
from typing import Any

from studio_emulator.clock import Clock
from studio_emulator.options import Options

_SECONDS = 30.0
"""The observed time of a basic scan of a small image; AWS documents none."""

_DESCRIPTIONS = {
    "IN_PROGRESS": "The scan is in progress.",
    "COMPLETE": "The scan was completed successfully.",
    "FAILED": "The scan failed.",
    "UNSUPPORTED_IMAGE": "UnsupportedImageError: The operating system is not supported for scans.",
}
_options = Options()


def follow(options: Options) -> None:
    """Use these options."""
    global _options
    _options = options


def status(begun: datetime) -> dict[str, str]:
    """The ImageScanStatus of a scan."""
    clock = Clock(_options)
    in_progress = clock.now() < begun.timestamp() + _SECONDS / clock.speed
    name = "IN_PROGRESS" if in_progress else _options.scan_outcome
    return {"status": name, "description": _DESCRIPTIONS[name]}


def complete(begun: datetime) -> bool:
    """Whether a scan has findings."""
    return status(begun)["status"] == "COMPLETE"


def summary(begun: datetime) -> dict[str, Any]:
    """The ImageScanFindingsSummary of a complete scan."""
    return {
        "imageScanCompletedAt": begun,
        "vulnerabilitySourceUpdatedAt": begun,
        "findingSeverityCounts": dict(Counter(_options.scan_findings)),
    }


def findings(begun: datetime) -> dict[str, Any]:
    """The ImageScanFindings of a complete scan."""
    return {
        **summary(begun),
        "findings": [
            {"name": f"CVE-2000-{number:04}", "severity": severity, "attributes": []}
            for number, severity in enumerate(_options.scan_findings, start=1)
        ],
    }
