"""Each claim has one test, or a reason why it has none."""

from __future__ import annotations

import importlib
import inspect

from catalog.claims import CHECKED, CLAIMS
from tests.conformance.account import FILES
from tests.conformance.estimate import FIXTURES

TESTS = [
    (mark.args[0], item)
    for file in FILES
    for item in vars(importlib.import_module(f"tests.conformance.{file.stem}")).values()
    for mark in getattr(item, "pytestmark", ())
    if mark.name == "claim"
]


def test_every_checked_claim_has_one_test() -> None:
    assert sorted(id_ for id_, _ in TESTS) == sorted(CHECKED)


def test_a_claim_lists_the_fixtures_of_its_test() -> None:
    for id_, test in TESTS:
        fixtures = FIXTURES.keys() & inspect.signature(test).parameters.keys()
        assert fixtures <= {*CLAIMS[id_].creates} <= FIXTURES.keys(), id_


def test_an_unchecked_claim_has_a_reason_and_no_switch() -> None:
    for claim in CLAIMS.values():
        assert claim.unchecked is None or (claim.switch is None and claim.unchecked)
