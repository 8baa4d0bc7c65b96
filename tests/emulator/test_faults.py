"""Fault injection: the effect of each fault on clients and resources."""

import json
import time
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from studio_emulator.errors import UsageError
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import Raw
from tests.emulator.samples import call_admin, client_with, code_of, create_user

ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20)
REPEATING = Config(retries={"total_max_attempts": 8, "mode": "standard"})


@pytest.mark.parametrize("kind", ["throttle", "error", "drop"])
def test_retrying_client_succeeds(aws: Emulator, kind: str) -> None:
    fault = {"kind": kind, "service": "ec2", "operation": "Create*", "skip": 1, "times": 2}
    aws.faults.set({"faults": [fault]})
    ec2 = aws.client("ec2", config=REPEATING)
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert aws.faults.injected == []
    for _ in range(2):
        ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert len(aws.inventory()) == 3
    assert aws.faults.injected == [{"operation": "ec2:CreateVpc", "kind": kind}] * 2


def test_a_denied_request_is_throttled_first(aws: Emulator) -> None:
    iam = client_with(aws, "iam", create_user(aws, "alice"), config=ONCE)
    aws.faults.set({"faults": [{"kind": "throttle", "service": "iam"}]})
    assert [code_of(iam.list_users) for _ in range(2)] == ["Throttling", "AccessDenied"]


def test_retry_after_a_lost_response_runs_again(aws: Emulator) -> None:
    aws.faults.set({"faults": [{"kind": "lose", "operation": "Create*"}]})
    aws.client("ec2", config=REPEATING).create_vpc(CidrBlock="10.0.0.0/16")
    assert len(aws.inventory()) == 2
    aws.faults.set({"faults": [{"kind": "lose", "service": "i*"}]})
    aws.client("sts", config=ONCE).get_caller_identity()
    with pytest.raises(ClientError, match="EntityAlreadyExists"):
        aws.client("iam", config=REPEATING).create_group(GroupName="one")


def test_fault_down_keeps_all_resources(aws: Emulator) -> None:
    ec2 = aws.client("ec2", config=ONCE)
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    aws.faults.set({"faults": [{"kind": "down", "operation": "CreateVpc", "seconds": 0.5}]})
    with pytest.raises(BotoCoreError):
        ec2.create_vpc(CidrBlock="10.1.0.0/16")
    with pytest.raises(ConnectionResetError):
        Raw(aws.endpoint_url)("GET", "/v2/")
    refused = 0
    deadline = time.monotonic() + 60
    while True:
        try:
            ec2.describe_vpcs()
            break
        except BotoCoreError:
            refused += 1
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert refused > 0
    assert [item.type for item in aws.inventory()] == ["vpc"]


def test_random_faults_depend_on_the_seed_only(aws: Emulator) -> None:
    seen = []
    for order in (("ec2", "sts"), ("sts", "ec2")):
        aws.faults.set({"seed": 17, "rate": 0.5, "kinds": ["throttle", "error"]})
        for service in order:
            client = aws.client(service, config=ONCE)
            asking = {"ec2": "describe_vpcs", "sts": "get_caller_identity"}[service]
            for _ in range(10):
                try:
                    getattr(client, asking)()
                except ClientError:
                    continue
        seen.append(sorted(str(one) for one in aws.faults.injected))
    assert seen[0] == seen[1]
    assert 0 < len(seen[0]) < 20
    assert {one["kind"] for one in aws.faults.injected} == {"throttle", "error"}
    aws.faults.set({"seed": 17, "rate": 1.0, "most": 0})
    aws.client("sts", config=ONCE).get_caller_identity()


@pytest.mark.parametrize(
    "sent",
    [
        {"faults": {}},
        {"faults": ["throttle"]},
        {"faults": [{}]},
        {"faults": [{"kind": "fire"}]},
        {"faults": [{"kind": "drop", "service": "moon"}]},
        {"faults": [{"kind": "drop", "times": -1}]},
        {"faults": [{"kind": "drop", "colour": "red"}]},
        {"faults": [{"kind": "down", "seconds": 0}]},
        {"faults": [{"kind": "down", "seconds": 61}]},
        {"faults": [{"kind": "die"}]},
        {"seed": 1, "rate": 0.1, "kinds": ["drop", "die"]},
        {"faults": [], "seed": 1},
        {"seed": 1},
        {"seed": 1, "rate": 2},
        {"seed": 1, "rate": 0.1, "kinds": []},
    ],
)
def test_invalid_fault_returns_one_line_and_changes_nothing(
    aws: Emulator, sent: dict[str, Any]
) -> None:
    good = {"faults": [{"kind": "drop", "operation": "Nothing"}]}
    assert call_admin(aws, "faults", good, "POST")[0] == 200
    (listed,) = json.loads(call_admin(aws, "faults")[1])["faults"]
    assert listed["operation"] == "Nothing"
    status, text = call_admin(aws, "faults", sent, "POST")
    assert (status, text.count("\n")) == (400, 1)
    with pytest.raises(UsageError):
        aws.faults.set(sent)
    assert len(aws.faults.explicit) == 1
