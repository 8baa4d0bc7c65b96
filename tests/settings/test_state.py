"""The keys of [state]."""

import pytest

from tests.settings.conftest import Message, wrong

PREFIX = "1 to 512 of a-z, A-Z, 0-9, _ . - and single '/', no '/' first or last"

WRONG = {PREFIX: ['state.key_prefix = "/a"', 'state.key_prefix = ""']}


@pytest.mark.parametrize(("content", "line"), wrong(WRONG))
def test_a_wrong_value_is_refused(content: str, line: str, message: Message) -> None:
    assert message(content) == line
