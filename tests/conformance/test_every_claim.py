"""Each claim has one test, or a reason why it has none."""

from catalog.claims import CHECKED, CLAIMS
from tests.conformance.estimate import checks


def test_every_checked_claim_has_one_test() -> None:
    assert sorted(check.claim for check in checks()) == sorted(CHECKED)


def test_an_unchecked_claim_has_a_reason_and_no_switch() -> None:
    for claim in CLAIMS.values():
        assert claim.unchecked is None or (claim.switch is None and claim.unchecked)
