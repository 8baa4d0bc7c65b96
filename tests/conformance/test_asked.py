"""Each claim that can be asked has one test."""

from __future__ import annotations

import importlib

from catalog.claims import ASKED, CLAIMS
from tests.conformance.account import FILES


def test_every_claim_that_can_be_asked_is_asked_once() -> None:
    asked = [
        mark.args[0]
        for file in FILES
        for item in vars(importlib.import_module(f"tests.conformance.{file.stem}")).values()
        for mark in getattr(item, "pytestmark", ())
        if mark.name == "claim"
    ]
    assert sorted(asked) == sorted(ASKED)


def test_a_claim_that_nobody_asks_says_why() -> None:
    for claim in CLAIMS.values():
        assert claim.unasked is None or (claim.switch is None and claim.unasked)
