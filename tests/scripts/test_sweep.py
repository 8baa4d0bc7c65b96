"""`studio sweep --dry-run`: its list is a result, so no flag silences it."""

import json

import pytest

from scripts import cli, sweep
from studio.aws.client import Aws


@pytest.fixture(autouse=True)
def _nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "leftovers", lambda _: [])
    monkeypatch.setattr(Aws, "describe", lambda _: "account 1, us-east-1")


@pytest.mark.parametrize("flags", [[], ["--quiet"], ["--verbose"]])
def test_the_list_is_printed_on_standard_output(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["sweep", "--dry-run", *flags]) == 0
    lines = ["Left by earlier deployments in account 1, us-east-1:", "      nothing"]
    assert capsys.readouterr().out.splitlines() == lines


def test_a_quiet_sweep_prints_its_result_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sweep", "--yes", "--quiet"]) == 0
    assert capsys.readouterr() == ("      nothing\n", "")


def test_the_document_has_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sweep", "--dry-run", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["command"], document["exit_code"]) == ("sweep", 0)
    assert document["output"][-1].strip() == "nothing"
