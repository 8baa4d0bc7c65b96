"""Which service assumes a role, and for which account."""

import json

import pytest

from catalog.permissions import trust
from catalog.permissions.iam import Statement, document
from tests.catalog.permissions.user_policies import ACCOUNT


@pytest.mark.parametrize(
    ("statement", "service", "operator"),
    [
        (trust.sagemaker(ACCOUNT, source_identity=True), "sagemaker", "StringEqualsIfExists"),
        (trust.systems_manager(ACCOUNT), "ssm", "StringEquals"),
    ],
)
def test_services_assume_roles_only_for_this_account_and_region(
    statement: Statement, service: str, operator: str
) -> None:
    element = json.loads(document([statement]))["Statement"][0]
    assert element["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert element["Condition"] == {
        operator: {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": f"arn:aws:{service}:us-east-1:123456789012:*"},
    }
    assert "Resource" not in element
