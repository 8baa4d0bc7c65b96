"""Lists that AWS returns in pages, and how to create and delete their items."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from studio_emulator.server import Emulator
from tests.emulator.samples import document, trust

_SIZES = {"ec2": 5}
"""The smallest page size of a service; lists of other services are read in pages of two."""


def _size_of(service: str) -> int:
    return _SIZES.get(service, 2)


class Listed:
    """An operation, the member of its answer that lists, and its parameters."""

    def __init__(self, ask: str, items: str, **params: Any) -> None:
        self.ask, self.items, self.params = ask, items, params

    def pages(self, client: Any, size: int) -> Iterator[list[Any]]:
        paginator = client.get_paginator(self.ask)
        for page in paginator.paginate(**self.params, PaginationConfig={"PageSize": size}):
            yield page.get(self.items, [])


Kind = tuple[str, Listed, Callable[[Any, int], Any], Callable[[Any, Any], Any]]
"""A service, its list, and functions that create and delete an item."""
_TRUST = document(trust())


def _vpc(ec2: Any) -> str:
    found = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"]
    return str((found or [ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]])[0]["VpcId"])


def _log(logs: Any, stream: str) -> None:
    logs.create_log_stream(logGroupName="g", logStreamName=stream)
    event = {"timestamp": int(time.time() * 1000), "message": "said"}
    logs.put_log_events(logGroupName="g", logStreamName=stream, logEvents=[event])


KINDS: dict[str, Kind] = {
    "subnets": (
        "ec2",
        Listed("describe_subnets", "Subnets"),
        lambda ec2, n: ec2.create_subnet(VpcId=_vpc(ec2), CidrBlock=f"10.0.{n}.0/24"),
        lambda ec2, item: ec2.delete_subnet(SubnetId=item["SubnetId"]),
    ),
    "versions of objects": (
        "s3",
        Listed("list_object_versions", "Versions", Bucket="team-data"),
        lambda s3, n: s3.put_object(Bucket="team-data", Key=f"k{n % 2}", Body=b"x"),
        lambda s3, item: s3.delete_object(
            Bucket="team-data", Key=item["Key"], VersionId=item["VersionId"]
        ),
    ),
    "objects, by their markers": (
        "s3",
        Listed("list_objects", "Contents", Bucket="team-data"),
        lambda s3, n: s3.put_object(Bucket="team-data", Key=f"k{n}", Body=b"x"),
        lambda s3, item: s3.delete_object(Bucket="team-data", Key=item["Key"]),
    ),
    "log events": (
        "logs",
        Listed("filter_log_events", "events", logGroupName="g"),
        lambda logs, n: _log(logs, f"s{n}"),
        lambda logs, item: logs.delete_log_stream(
            logGroupName="g", logStreamName=item["logStreamName"]
        ),
    ),
    "roles of the account": (
        "iam",
        Listed("get_account_authorization_details", "RoleDetailList", Filter=["Role"]),
        lambda iam, n: iam.create_role(RoleName=f"r{n}", AssumeRolePolicyDocument=_TRUST),
        lambda iam, item: iam.delete_role(RoleName=item["RoleName"]),
    ),
    "objects": (
        "s3",
        Listed("list_objects_v2", "Contents", Bucket="team-data"),
        lambda s3, n: s3.put_object(Bucket="team-data", Key=f"k{n}", Body=b"x"),
        lambda s3, item: s3.delete_object(Bucket="team-data", Key=item["Key"]),
    ),
}


def _prepare(aws: Emulator, kind: str) -> None:
    match kind:
        case "log events":
            aws.client("logs").create_log_group(logGroupName="g")
        case "objects" | "objects, by their markers" | "versions of objects":
            s3 = aws.client("s3")
            s3.create_bucket(Bucket="team-data")
            if kind == "versions of objects":
                versioning = {"Status": "Enabled"}
                s3.put_bucket_versioning(Bucket="team-data", VersioningConfiguration=versioning)


def _seen(kind: str, client: Any) -> list[Any]:
    seen: list[Any] = []
    service, listed, *_ = KINDS[kind]
    for page in listed.pages(client, _size_of(service)):
        assert len(page) <= _size_of(service)
        seen += page
    return seen


def delete_listed_items(aws: Emulator, kind: str) -> None:
    """Delete the items of each page while reading the list; assert that none is skipped."""
    _prepare(aws, kind)
    service, listed, make, delete = KINDS[kind]
    client = aws.client(service)
    # Three pages.
    count = 2 * _size_of(service) + 1
    for number in range(count):
        make(client, number)
    whole = _seen(kind, client)
    assert len(whole) >= count
    kept = []
    for page in listed.pages(client, _size_of(service)):
        for item in page:
            try:
                delete(client, item)
            except ClientError:
                kept.append(item)
    assert len(kept) <= len(whole) - count, "resources of a new account"
    # EC2 promises no order, and a list that fits a page may have another than its pages.
    left = _seen(kind, client)
    assert sorted(map(repr, left)) == sorted(map(repr, kept))
