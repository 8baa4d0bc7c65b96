"""A result of a check in one line."""

from studio.images.contract.result import CheckResult


def test_a_result_is_one_line() -> None:
    failed = CheckResult("kernel", False, "says:\n  <html>\n", "a spinner", "install\nipykernel")
    assert failed.line() == (
        "FAILED   kernel: says: <html>; Studio: a spinner; change: install ipykernel"
    )
    assert CheckResult("size", True, "1 MiB", "x", "y").line() == "ok       size: 1 MiB"
    assert CheckResult("kernel", None, "not up").line() == "unproven kernel: not up"
