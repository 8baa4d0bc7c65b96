"""Each claim that can be asked has one test."""

from __future__ import annotations

import importlib
import inspect

from catalog.claims import ASKED, CLAIMS
from tests.conformance.account import FILES
from tests.conformance.estimate import MADE

QUESTIONS = [
    (mark.args[0], item)
    for file in FILES
    for item in vars(importlib.import_module(f"tests.conformance.{file.stem}")).values()
    for mark in getattr(item, "pytestmark", ())
    if mark.name == "claim"
]


def test_every_claim_that_can_be_asked_is_asked_once() -> None:
    assert sorted(id_ for id_, _ in QUESTIONS) == sorted(ASKED)


def test_a_claim_makes_what_its_question_asks_for() -> None:
    """Fixtures are what the estimate of a run counts; a question may make more by itself."""
    for id_, question in QUESTIONS:
        fixtures = MADE.keys() & inspect.signature(question).parameters.keys()
        assert fixtures <= {*CLAIMS[id_].makes}, id_
        assert MADE.keys() >= {*CLAIMS[id_].makes}, id_


def test_a_claim_that_nobody_asks_says_why() -> None:
    for claim in CLAIMS.values():
        assert claim.unasked is None or (claim.switch is None and claim.unasked)
