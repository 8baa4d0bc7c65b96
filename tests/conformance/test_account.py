"""A call that AWS should refuse: agreement, difference, or a claim that cannot be checked."""

import pytest
from botocore.exceptions import ClientError

from tests.conformance.account import NotChecked, refused


def call(code: str | None) -> None:
    """Raise the error of AWS with this code; None: AWS performs the call."""
    if code is not None:
        raise ClientError({"Error": {"Code": code, "Message": "because"}}, "CreateApp")


@pytest.mark.parametrize(
    ("claimed", "code", "difference"),
    [
        ("ResourceInUse", "ResourceInUse", None),
        ("any", "ValidationException", None),
        ("ResourceInUse", "ValidationException", "AWS returned ValidationException: because"),
        ("ResourceInUse", None, "AWS did not refuse the call; the claim is ResourceInUse"),
    ],
)
def test_error_of_a_refused_call(claimed: str, code: str | None, difference: str | None) -> None:
    if difference is None:
        with refused(claimed):
            call(code)
        return
    with pytest.raises(pytest.fail.Exception, match=difference), refused(claimed):
        call(code)


def test_denied_call_is_not_checked() -> None:
    with pytest.raises(NotChecked, match="CreateApp: because"), refused("any"):
        call("AccessDenied")
