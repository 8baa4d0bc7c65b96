"""Requests to moto, and its errors."""

import gc
import weakref
from typing import Any

import pytest

from studio_emulator.moto_internals.client import Moto
from studio_emulator.server import Emulator
from tests.emulator.samples import refused_once


def test_missing_part_of_moto_is_not_its_own_cause(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise NotImplementedError("a filter")

    monkeypatch.setitem(aws._application._moto._handlers, "ec2", broken)
    assert refused_once(aws.client("ec2").describe_vpcs) == ("EmulatorError", 400)
    errors = capsys.readouterr().err
    assert "NotImplementedError: a filter" in errors
    assert "direct cause" not in errors


def test_moto_server_is_not_kept() -> None:
    moto = Moto()
    server = weakref.ref(moto._server)
    moto._server.get_backend_for_host("s3.us-east-1.amazonaws.com")
    del moto
    gc.collect()
    assert server() is None
