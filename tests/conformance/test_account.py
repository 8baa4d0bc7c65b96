"""A call that AWS should refuse: agreement, difference, or a claim that cannot be checked."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conformance.account import NotChecked, refused


def differs(words: str) -> Any:
    return pytest.raises(pytest.fail.Exception, match=words)


@pytest.mark.parametrize(
    ("claimed", "code", "expected"),
    [
        ("ResourceInUse", "ResourceInUse", nullcontext()),
        ("any", "ValidationException", nullcontext()),
        ("ResourceInUse", "ValidationException", differs("returned ValidationException: because")),
        ("ResourceInUse", None, differs("did not refuse the call; the claim is ResourceInUse")),
        ("any", "AccessDenied", pytest.raises(NotChecked, match="CreateApp: because")),
    ],
)
def test_error_of_a_refused_call(
    claimed: str, code: str | None, expected: AbstractContextManager[Any]
) -> None:
    """AWS performs the call if the code is None."""
    with expected, refused(claimed):
        if code is not None:
            raise ClientError({"Error": {"Code": code, "Message": "because"}}, "CreateApp")
