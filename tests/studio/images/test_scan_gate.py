"""ECR's scans, and the images that they stop."""

from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from unittest.mock import MagicMock, call

import pytest

from settings import UserError
from settings.ecr import StopAt
from studio.aws.ecr import Ecr, Repository, Scan
from studio.images.scan_gate import ScanStopped, pass_scan
from tests.studio.clock import Clock

DIGEST = "sha256:" + "ab" * 32
REPOSITORY = Repository("studio/slim", "123456789012.dkr.ecr.us-east-1.amazonaws.com/studio/slim")

pytestmark = pytest.mark.usefixtures("clock")


def ecr_with(*answers: Scan | None) -> MagicMock:
    """ECR returns these scans in order, and repeats the last one."""
    ecr = MagicMock(Ecr)
    ecr.scan.side_effect = chain(answers, repeat(answers[-1]))
    return ecr


def scan(status: str, counts: Mapping[str, int] | None = None, description: str = "") -> Scan:
    return Scan(status=status, description=description, findings=counts or {})


def ask(ecr: MagicMock, stop_at: StopAt = "CRITICAL") -> list[str]:
    lines: list[str] = []
    pass_scan(ecr, REPOSITORY, DIGEST, stop_at=stop_at, report=lines.append)
    return lines


@pytest.mark.parametrize(
    ("stop_at", "counts", "stops"),
    [
        ("CRITICAL", {"HIGH": 9, "UNDEFINED": 1}, False),
        ("CRITICAL", {"CRITICAL": 1}, True),
        ("HIGH", {"CRITICAL": 1}, True),
        ("HIGH", {"MEDIUM": 1, "HIGH": 0}, False),
        ("LOW", {"MEDIUM": 1}, True),
        ("LOW", {"INFORMATIONAL": 1, "UNTRIAGED": 4}, False),
    ],
)
def test_severities(stop_at: StopAt, counts: dict[str, int], stops: bool) -> None:
    for status in ("COMPLETE", "ACTIVE"):
        ecr = ecr_with(scan(status, counts))
        if stops:
            with pytest.raises(ScanStopped, match=f'stop_at = "{stop_at}"'):
                ask(ecr, stop_at)
        else:
            assert ask(ecr, stop_at)[-1].startswith("ECR found ")


def test_findings_are_listed_by_severity() -> None:
    counts = {"UNDEFINED": 1, "LOW": 5, "INFORMATIONAL": 2, "CRITICAL": 3, "HIGH": 0}
    with pytest.raises(ScanStopped, match="3 CRITICAL, 5 LOW, 2 INFORMATIONAL, 1 UNDEFINED in"):
        ask(ecr_with(scan("COMPLETE", counts)))


def test_none_reads_no_scan() -> None:
    ecr = ecr_with(scan("COMPLETE", {"CRITICAL": 1}))
    assert ask(ecr, "NONE") == []
    ecr.scan.assert_not_called()


def test_pass_scan_waits_for_the_scan() -> None:
    ecr = ecr_with(None, scan("PENDING"), scan("IN_PROGRESS"), scan("COMPLETE"))
    assert ask(ecr) == ["waiting for ECR's scan"]
    assert ecr.scan.call_args_list == [call(REPOSITORY, DIGEST)] * 4
    ecr.start_scan.assert_not_called()


@pytest.mark.parametrize(
    "status", ["FAILED", "UNSUPPORTED_IMAGE", "SCAN_ELIGIBILITY_EXPIRED", "IMAGE_SIZE_EXCEEDED"]
)
def test_a_scan_without_a_result_stops_the_image(status: str) -> None:
    ecr = ecr_with(scan(status, description="the reason"))
    with pytest.raises(ScanStopped, match=rf'\({status}: the reason\).*ecr.stop_at = "NONE"'):
        ask(ecr)


@pytest.mark.parametrize(
    ("answers", "started"), [([scan("IN_PROGRESS")], 0), ([scan("PENDING"), None], 1)]
)
def test_a_scan_that_does_not_end_stops_the_image(
    clock: Clock, answers: Sequence[Scan | None], started: int
) -> None:
    ecr = ecr_with(*answers)
    with pytest.raises(ScanStopped, match="no scan result"):
        ask(ecr)
    assert 1000 < clock.now < 1060
    assert ecr.start_scan.call_args_list == [call(REPOSITORY, DIGEST)] * started


def test_pass_scan_starts_a_missing_scan_after_ten_seconds(clock: Clock) -> None:
    def start(*_: object) -> None:
        ecr.scan.side_effect = repeat(scan("COMPLETE"))

    ecr = ecr_with(None)
    ecr.start_scan.side_effect = start
    assert ask(ecr) == ["waiting for ECR's scan"]
    assert 110 < clock.now < 120
    refusing = ecr_with(None)
    refusing.start_scan.side_effect = UserError("ECR: LimitExceeded")
    with pytest.raises(UserError, match="LimitExceeded"):
        ask(refusing)
