"""Requests that an SDK retries."""

from functools import partial
from typing import Any

import pytest

from tests.emulator.ec2_network import Ec2Network


def test_retry_gets_the_first_response(net: Ec2Network, request: pytest.FixtureRequest) -> None:
    ec2, create = net.ec2, partial(net.new_group, "team")
    mark = {"id": "one", "attempt": 1}

    def stamp(request: Any, **_: Any) -> None:  # botocore names the argument
        request.headers["amz-sdk-invocation-id"] = mark["id"]
        request.headers["amz-sdk-request"] = f"attempt={mark['attempt']}; max=5"

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
