"""The rendering of IAM documents."""

import json

import pytest

from catalog.permissions.iam import Account, Statement, document

ACCOUNT = Account(partition="aws-cn", region="cn-north-1", id="123456789012")


def _statement(sid: str = "Read", **changes: object) -> Statement:
    values = {"sid": sid, "why": "to test", "actions": ("s3:GetObject",), "resources": ("*",)}
    return Statement(**{**values, **changes})  # type: ignore[arg-type]


def test_the_order_in_the_code_does_not_change_the_document() -> None:
    one = _statement(
        actions=("s3:PutObject", "s3:GetObject"),
        conditions={"StringEquals": {"a": "1"}, "Bool": {"c": "true", "b": "true"}},
    )
    other = _statement(
        actions=("s3:GetObject", "s3:PutObject"),
        conditions={"Bool": {"b": "true", "c": "true"}, "StringEquals": {"a": "1"}},
    )
    assert document([one]) == document([other])


def test_iam_policy_variables_are_escaped_for_terraform() -> None:
    arn = "${TfToken[TOKEN.1]}/${aws:userid}"
    resource = json.loads(document([_statement(resources=(arn,))]))["Statement"][0]["Resource"]
    assert resource == "${TfToken[TOKEN.1]}/$${aws:userid}"


def test_the_document_omits_the_reason() -> None:
    assert json.loads(document([_statement()])) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        ],
    }


def test_a_sid_is_unique() -> None:
    with pytest.raises(ValueError, match="same Sid: Read"):
        document([_statement(), _statement(), _statement("Write")])


def test_arns_have_the_account_region_and_partition() -> None:
    assert ACCOUNT.arn("ssm", "session/*") == "arn:aws-cn:ssm:cn-north-1:123456789012:session/*"
    assert ACCOUNT.role_arn("x") == "arn:aws-cn:iam::123456789012:role/x"
    assert ACCOUNT.bucket_arn("b", "a/*") == "arn:aws-cn:s3:::b/a/*"
    assert ACCOUNT.sagemaker_bucket == "sagemaker-cn-north-1-123456789012"
