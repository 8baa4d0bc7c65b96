"""Refuses a pushed image if ECR's scan has severe findings, fails or takes too long."""

from collections.abc import Mapping

from settings import UserError
from settings.ecr import STOPS, StopAt
from studio.aws.ecr import Ecr, Repository, Scan
from studio.aws.waiting import moments
from studio.console.reports import Report

_DONE = ("COMPLETE", "ACTIVE")  # ACTIVE: of enhanced scanning, which never completes
_UNDER_WAY = ("IN_PROGRESS", "PENDING")
_ON_PUSH_SECONDS = 10
"""How long to wait for the scan on push before starting a scan."""

_SCAN_SECONDS = 900


class ScanStopped(UserError):
    """The image is in ECR and must not be used."""

    exit_code = 1


def pass_scan(
    ecr: Ecr,
    repository: Repository,
    digest: str,
    *,
    stop_at: StopAt,
    report: Report,
) -> None:
    """Wait for ECR's scan of an image.

    Raises ScanStopped if it has findings of severity `stop_at` or above, or if the scan fails or
    takes longer than 15 minutes. "NONE" does not wait.
    """
    if stop_at == "NONE":
        return
    scan = _finished(ecr, repository, digest, report)
    where = f"{repository.name}@{digest[:19]}"
    counts = scan.findings
    if scan.status not in _DONE:
        why = ": ".join(filter(None, (scan.status, scan.description)))
        raise ScanStopped(
            f"ECR has no scan result for {where} ({why}), so Studio does not get it; "
            'ecr.stop_at = "NONE" continues without a scan'
        )
    found = ", ".join(f"{count} {severity}" for severity, count in _worst_first(counts))
    if any(counts.get(severity, 0) for severity in STOPS[STOPS.index(stop_at) :]):
        raise ScanStopped(
            f'ECR found {found} in {where} and ecr.stop_at = "{stop_at}": it stays in ECR, but '
            "Studio does not get it; see `aws ecr describe-image-scan-findings --repository-name "
            f"{repository.name} --image-id imageDigest={digest}`"
        )
    if found:
        report(f"ECR found {found}")


def _finished(ecr: Ecr, repository: Repository, digest: str, report: Report) -> Scan:
    scan, started, reported = None, False, False
    for passed in moments(_SCAN_SECONDS):
        scan = ecr.scan(repository, digest)
        if scan is not None and scan.status not in _UNDER_WAY:
            return scan
        if scan is None and not started and passed >= _ON_PUSH_SECONDS:
            ecr.start_scan(repository, digest)
            started = True
        if not reported:
            report("waiting for ECR's scan")
            reported = True
    return scan or Scan(status="PENDING", description="no scan found")


def _worst_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Findings by severity; those without a rating come last."""
    known = [*reversed(STOPS), "INFORMATIONAL"]
    rank = {severity: number for number, severity in enumerate(known)}
    found = [(severity, count) for severity, count in counts.items() if count]
    return sorted(found, key=lambda entry: rank.get(entry[0], len(known)))
