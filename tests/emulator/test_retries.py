"""Requests that an SDK retries."""

from typing import Any

import pytest

from studio_emulator.server import Emulator


def test_retry_gets_the_first_response(aws: Emulator, request: pytest.FixtureRequest) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    mark = {"id": "one", "attempt": 1}

    def stamp(request: Any, **_: Any) -> None:  # botocore names the argument
        request.headers["amz-sdk-invocation-id"] = mark["id"]
        request.headers["amz-sdk-request"] = f"attempt={mark['attempt']}; max=5"

    def create() -> str:
        found = ec2.create_security_group(GroupName="team", Description="team", VpcId=vpc)
        return str(found["GroupId"])

    event = "before-send.ec2.CreateSecurityGroup"
    ec2.meta.events.register(event, stamp)
    request.addfinalizer(lambda: ec2.meta.events.unregister(event, stamp))
    first = create()
    with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidGroup\.Duplicate"):
        create()
    mark["attempt"] = 2
    assert create() == first
    mark["id"] = "two"
    with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidGroup\.Duplicate"):
        create()
