"""The keys of [ecr]."""

import pytest

from tests.settings.conftest import Message, wrong

WRONG = {
    "a whole number from 1 to 1000 (images)": ["ecr.keep_images = 0"],
    "one of NONE, LOW, MEDIUM, HIGH, CRITICAL": ['ecr.stop_at = "high"'],
}


@pytest.mark.parametrize(("content", "line"), wrong(WRONG))
def test_a_wrong_value_is_refused(content: str, line: str, message: Message) -> None:
    assert message(content) == line
