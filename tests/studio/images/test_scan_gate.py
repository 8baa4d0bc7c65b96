"""ECR's scans, and the images that they stop."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from settings import UserError
from settings.ecr import StopAt
from studio.aws.ecr import Ecr, Repository, Scan
from studio.images import scan_gate
from studio.images.scan_gate import ScanStopped, pass_scan
from tests.studio.clock import Clock

DIGEST = "sha256:" + "ab" * 32
REPOSITORY = Repository("studio/slim", "123456789012.dkr.ecr.us-east-1.amazonaws.com/studio/slim")


class FakeEcr:
    """Returns its scans in order, and repeats the last one."""

    def __init__(self, *answers: Scan | None, refusal: str = "") -> None:
        self.answers = list(answers)
        self.refusal = refusal
        self.asked = 0
        self.started = 0

    def scan(self, repository: Repository, digest: str) -> Scan | None:
        assert (repository, digest) == (REPOSITORY, DIGEST)
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def start_scan(self, *_: object) -> None:
        self.started += 1
        if self.refusal:
            raise UserError(self.refusal)
        self.answers = [scan("COMPLETE")]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(scan_gate, "time", clock)
    monkeypatch.setattr(scan_gate, "interrupts", clock)
    return clock


def scan(status: str, counts: Mapping[str, int] | None = None, description: str = "") -> Scan:
    return Scan(status=status, description=description, findings=counts or {})


def ask(ecr: FakeEcr, stop_at: StopAt = "CRITICAL") -> list[str]:
    lines: list[str] = []
    pass_scan(cast(Ecr, ecr), REPOSITORY, DIGEST, stop_at=stop_at, report=lines.append)
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
        ecr = FakeEcr(scan(status, counts))
        if stops:
            with pytest.raises(ScanStopped, match=f'stop_at = "{stop_at}"'):
                ask(ecr, stop_at)
        else:
            assert ask(ecr, stop_at)[-1].startswith("ECR found ")


def test_findings_are_listed_by_severity() -> None:
    counts = {"UNDEFINED": 1, "LOW": 5, "INFORMATIONAL": 2, "CRITICAL": 3, "HIGH": 0}
    with pytest.raises(ScanStopped, match="3 CRITICAL, 5 LOW, 2 INFORMATIONAL, 1 UNDEFINED in"):
        ask(FakeEcr(scan("COMPLETE", counts)))


def test_none_reads_no_scan() -> None:
    ecr = FakeEcr(scan("COMPLETE", {"CRITICAL": 1}))
    assert ask(ecr, "NONE") == []
    assert ecr.asked == 0


def test_pass_scan_waits_for_the_scan() -> None:
    ecr = FakeEcr(None, scan("PENDING"), scan("IN_PROGRESS"), scan("COMPLETE"))
    assert ask(ecr) == ["waiting for ECR's scan"]
    assert (ecr.asked, ecr.started) == (4, 0)


@pytest.mark.parametrize(
    "status", ["FAILED", "UNSUPPORTED_IMAGE", "SCAN_ELIGIBILITY_EXPIRED", "IMAGE_SIZE_EXCEEDED"]
)
def test_a_scan_without_a_result_stops_the_image(status: str) -> None:
    ecr = FakeEcr(scan(status, description="the reason"))
    with pytest.raises(ScanStopped, match=rf'\({status}: the reason\).*ecr.stop_at = "NONE"'):
        ask(ecr)


@pytest.mark.parametrize("answers", [[scan("IN_PROGRESS")], [scan("PENDING"), None]])
def test_a_scan_that_does_not_end_stops_the_image(
    clock: Clock, answers: Sequence[Scan | None]
) -> None:
    ecr = FakeEcr(*answers, refusal="")
    ecr.start_scan = lambda *_: None  # type: ignore[method-assign]
    with pytest.raises(ScanStopped, match="no scan result"):
        ask(ecr)
    assert 1000 < clock.now < 1060


def test_pass_scan_starts_a_missing_scan_once() -> None:
    ecr = FakeEcr(None)
    assert ask(ecr) == ["waiting for ECR's scan"]
    assert ecr.started == 1
    with pytest.raises(UserError, match="LimitExceeded"):
        ask(FakeEcr(None, refusal="ECR: LimitExceeded"))
