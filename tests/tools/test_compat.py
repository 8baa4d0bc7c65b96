"""The differences that `make compat` reports."""

from typing import Any

import pytest

from tools.compat import differences


def stack(**content: Any) -> dict[str, dict[str, Any]]:
    return {"network": {"terraform": {"required_providers": {}}, **content}}


BUCKET = {"resource": {"aws_s3_bucket": {"b": {"bucket": "one", "//": {"metadata": {}}}}}}


@pytest.mark.parametrize(
    ("theirs", "lines"),
    [
        (BUCKET, []),
        ({"resource": {"aws_s3_bucket": {"b": {"bucket": "one"}}}}, []),
        (
            {"resource": {"aws_s3_bucket": {"b": {"bucket": "two"}}}},
            ['network: resource aws_s3_bucket.b: bucket: "one" -> "two"'],
        ),
        (
            {"resource": {"aws_s3_bucket": {"c": {"bucket": "one"}}}},
            [
                "network: resource aws_s3_bucket.b is missing",
                "network: resource aws_s3_bucket.c is new",
            ],
        ),
        (
            {**BUCKET, "output": {"id": {"value": "x"}}},
            ["network: output id is new"],
        ),
    ],
)
def test_each_different_block_is_a_line(theirs: dict[str, Any], lines: list[str]) -> None:
    assert list(differences(stack(**BUCKET), stack(**theirs))) == lines


def test_each_block_of_a_missing_stack_is_a_line() -> None:
    assert list(differences(stack(**BUCKET), {})) == [
        "network: resource aws_s3_bucket.b is missing"
    ]
