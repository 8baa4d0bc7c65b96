"""Confirmations on the terminal."""

import io
import os
import pty
import sys
from collections.abc import Iterator
from unittest.mock import MagicMock

import pytest

from settings import UserError
from studio.console import prompts

CTRL_D = b"\x04"


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The keyboard of a terminal that is standard input."""
    typed, read = pty.openpty()
    with os.fdopen(read) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield typed
    os.close(typed)


@pytest.mark.parametrize(
    ("keys", "agrees"),
    [
        (b"destroy studio\n", True),
        (b" destroy  studio \n", True),
        (b"studio\n", False),
        (b"\n", False),
        (CTRL_D, False),
    ],
)
def test_agreed_needs_the_verb_and_the_name(keyboard: int, keys: bytes, agrees: bool) -> None:
    os.write(keyboard, keys)
    assert prompts.agreed("destroy", "studio", yes=False) is agrees


@pytest.mark.parametrize("keys", [b"no\n", b"\xff\n", CTRL_D])
def test_confirm_refuses_other_answers(keyboard: int, keys: bytes) -> None:
    os.write(keyboard, keys)
    with pytest.raises(UserError, match=r"^nothing was changed$"):
        prompts.confirm("unlock", "? ", yes=False)


def test_ctrl_c_ends_the_line_of_the_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", MagicMock(side_effect=KeyboardInterrupt))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    with pytest.raises(KeyboardInterrupt):
        prompts.answer("Delete it? ")
    assert capsys.readouterr().err == "Delete it? \n"


@pytest.mark.parametrize("stdin", [None, io.StringIO("pause lab\n")])
def test_without_a_terminal_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    with pytest.raises(UserError, match="no terminal to ask at") as refused:
        prompts.agreed("pause", "lab", yes=False)
    assert refused.value.exit_code == 2
    with pytest.raises(UserError, match="no terminal to ask at"):
        prompts.confirm("yes", "? ", yes=False)
    assert prompts.agreed("pause", "lab", yes=True)
    prompts.confirm("yes", "? ", yes=True)
