"""``make bench`` holds what the README promises of it."""

import pytest

from benchmarks import synth


@pytest.mark.parametrize(("ratio", "code"), [(3.5, 0), (4.123, 0), (3.4999, 1), (1.0, 1)])
def test_a_ratio_that_is_too_small_fails(
    ratio: float, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert synth.judge(ratio) == code
    said = capsys.readouterr().out
    assert ("FAILED" in said) is bool(code)
    assert "3.5 times" in said.split(",")[1]
