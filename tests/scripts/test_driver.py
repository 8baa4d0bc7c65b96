"""How a command ends: exit codes, and one line instead of a traceback."""

import errno
import sys
from unittest.mock import MagicMock

import pytest

from scripts import driver
from settings import SettingsError, UserError
from settings.paths import PROJECT
from studio.aws.errors import SignInExpired
from studio.errors import StepFailed
from studio.processes.children import captured


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UserError("no such user"), 2, "no such user"),
        (SettingsError("zones = 9"), 2, "zones = 9"),
        (SignInExpired("the sign-in expired"), 2, "AWS: the sign-in expired"),
        (StepFailed("the domain failed"), 1, "the domain failed"),
        (KeyboardInterrupt(), 130, "interrupted; run it again to continue"),
        (PermissionError(errno.EACCES, "Permission denied", "/a/b"), 1, "/a/b: Permission denied"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "No space left on device"),
    ],
)
def test_what_a_command_raises_is_one_line(
    error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert driver.run("studio up", MagicMock(side_effect=error)) == code
    assert capsys.readouterr() == ("", f"studio up: {line}\n")


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(KeyError):
        driver.run("studio up", MagicMock(side_effect=KeyError("x")))


def test_a_reader_that_stops_reading_ends_the_command_in_silence() -> None:
    code = (
        "import sys; from scripts import driver\n"
        "def many() -> int:\n    [print(n) for n in range(100_000)]\n    return 0\n"
        "sys.exit(driver.run('studio doctor', many))"
    )
    piped = '{ "$0" -c "$1"; echo $? >&2; } | true'
    done = captured(["sh", "-c", piped, sys.executable, code], cwd=PROJECT, seconds=60)
    assert done.stderr == f"{driver.PIPE_CLOSED}\n"


SAYING = """\
import sys
from scripts import start
from scripts import cli
from settings import UserError

def main():
    print("said")
    if "fail" in sys.argv:
        raise UserError("wrong")
    return 0

cli.main = main
sys.exit(start.studio())
"""


@pytest.mark.parametrize(
    ("redirected", "code"),
    [
        ("0<&-", 0),
        ("1>&-", 0),
        ("2>&-", 0),
        ("0<&- 1>&- 2>&-", 0),
        ("fail 1>&-", 2),
        ("fail 2>&-", 2),
        ("fail 2>/dev/full", 2),
    ],
)
def test_standard_streams_may_be_closed_or_full(redirected: str, code: int) -> None:
    command = ["sh", "-c", f'"$0" -c "$1" {redirected}', sys.executable, SAYING]
    done = captured(command, cwd=PROJECT, seconds=60)
    assert "Traceback" not in done.stderr
    assert done.returncode == code
    assert done.stdout == ("" if "1>&-" in redirected else "said\n")
