"""Clients: one for each service, region, endpoint and session."""

import pytest
from botocore.retries.standard import ExponentialBackoff

from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio_emulator.server import Emulator


@pytest.mark.usefixtures("entered")
def test_a_client_is_created_once() -> None:
    aws = Aws("us-east-1")
    assert aws.client("ecr") is aws.client("ecr")
    assert aws.client("ecr") is not aws.in_region("eu-west-1").client("ecr")
    assert aws.in_region("eu-west-1").client("ecr").meta.region_name == "eu-west-1"


def test_describe_names_an_endpoint_that_is_not_of_aws(entered: Emulator) -> None:
    assert Aws("us-east-1").describe() == (
        f"account 123456789012, us-east-1 at {entered.endpoint_url} (not AWS itself)"
    )


@pytest.mark.usefixtures("entered")
def test_the_user_agent_names_the_project() -> None:
    assert "sagemaker-studio-cdktf" in Aws("us-east-1").client("sts").meta.config.user_agent_extra


def test_all_returns_the_items_of_all_pages(entered: Emulator) -> None:
    logs = entered.client("logs")
    names = [f"/group/{number:03}" for number in range(60)]
    for name in names:
        logs.create_log_group(logGroupName=name)
    listed = Aws("us-east-1").all("logs", "describe_log_groups", "logGroups")
    assert [group["logGroupName"] for group in listed] == names


@pytest.mark.parametrize("times", [3, 4])
def test_a_throttled_call_is_made_four_times(
    entered: Emulator, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    fault = {"kind": "throttle", "operation": "ListDomains", "times": times}
    entered.faults.set({"faults": [fault]})
    if times < 4:
        assert Aws("us-east-1").all("sagemaker", "list_domains", "Domains") == []
    else:
        with pytest.raises(AwsError, match="Throttling"):
            Aws("us-east-1").all("sagemaker", "list_domains", "Domains")
    assert len(entered.faults.injected) == times
