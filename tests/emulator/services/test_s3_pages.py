"""Pages of S3's lists."""

from typing import Any

import pytest

from tests.emulator.samples import code_of


def test_s3_refuses_tokens_it_did_not_issue(s3: Any) -> None:
    of = {"Bucket": "a-bucket"}
    assert code_of(s3.list_objects_v2, **of, ContinuationToken="k1") == "InvalidArgument"
    marker = {"KeyMarker": "k", "VersionIdMarker": "v"}
    assert code_of(s3.list_object_versions, **of, **marker) == "InvalidArgument"


def test_size_of_a_page_is_not_negative(s3: Any) -> None:
    s3.put_object(Bucket="a-bucket", Key="a")
    assert code_of(s3.list_objects, Bucket="a-bucket", MaxKeys=-1) == "InvalidArgument"
    empty = s3.list_objects(Bucket="a-bucket", MaxKeys=0)
    assert ("Contents" in empty, empty["IsTruncated"]) == (False, False)


def test_common_prefixes_count_as_keys(s3: Any) -> None:
    for key in ("a/1", "b", "c/1", "c/2", "d"):
        s3.put_object(Bucket="a-bucket", Key=key)
    first = s3.list_objects(Bucket="a-bucket", Delimiter="/", MaxKeys=3)
    assert [each["Key"] for each in first["Contents"]] == ["b"]
    assert [each["Prefix"] for each in first["CommonPrefixes"]] == ["a/", "c/"]
    assert (first["IsTruncated"], first["NextMarker"]) == (True, "c/")
    rest = s3.list_objects(Bucket="a-bucket", Delimiter="/", Marker="c/")
    assert [each["Key"] for each in rest["Contents"]] == ["d"]
    plain = s3.list_objects(Bucket="a-bucket", MaxKeys=2)
    assert plain["IsTruncated"]
    assert "NextMarker" not in plain


@pytest.mark.parametrize(
    ("operation", "member"),
    [
        ("list_objects", "Contents"),
        ("list_objects_v2", "Contents"),
        ("list_object_versions", "Versions"),
    ],
)
def test_deleting_listed_objects_skips_none(s3: Any, operation: str, member: str) -> None:
    named, keys = {"Bucket": "a-bucket"}, ["k0", "k1", "k2", "k3", "k4"]
    if member == "Versions":
        s3.put_bucket_versioning(**named, VersioningConfiguration={"Status": "Enabled"})
        keys = ["k0", "k1", "k0", "k1", "k0"]
    for key in keys:
        s3.put_object(**named, Key=key, Body=b"x")
    seen = []
    for page in s3.get_paginator(operation).paginate(**named, PaginationConfig={"PageSize": 2}):
        assert len(page[member]) <= 2
        for each in page[member]:
            version = {"VersionId": each["VersionId"]} if member == "Versions" else {}
            s3.delete_object(**named, Key=each["Key"], **version)
            seen.append(each["Key"])
    assert seen == sorted(keys)
    assert member not in getattr(s3, operation)(**named)
