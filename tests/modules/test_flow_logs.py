"""Flow logs, their role and their key."""

import json
from typing import Any

from modules.flow_logs import FlowLogs
from tests.synthesis import ACCOUNT, Template, new_stack, once, only, references, synth


@once
def logs(**arguments: Any) -> Template:
    stack = new_stack()
    FlowLogs(stack, "logs", account=ACCOUNT, vpc_id="vpc-0a", days=30, name="lab", **arguments)
    return synth(stack)


def test_flow_logs_record_all_traffic_of_the_vpc() -> None:
    log, group = only(logs(), "aws_flow_log"), only(logs(), "aws_cloudwatch_log_group")
    assert log["traffic_type"] == "ALL"
    assert log["vpc_id"] == "vpc-0a"
    assert [log["log_destination"]] == [*references(logs(), "aws_cloudwatch_log_group", "arn")]
    assert log["max_aggregation_interval"] == 60
    assert group["retention_in_days"] == 30


def test_the_role_writes_only_to_its_log_group() -> None:
    deliver, find = json.loads(only(logs(), "aws_iam_role_policy")["policy"])["Statement"]
    # Not CreateLogGroup: a late record would create a destroyed group again.
    actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    assert deliver["Action"] == actions
    (arn,) = references(logs(), "aws_cloudwatch_log_group", "arn")
    assert set(deliver["Resource"]) == {arn, f"{arn}:*"}
    # IAM evaluates DescribeLogGroups on log-group::log-stream:, which matches no group name.
    assert find["Action"] == "logs:DescribeLogGroups"
    assert find["Resource"] == "arn:aws:logs:us-east-1:123456789012:log-group:*"


def test_only_flow_logs_of_this_account_use_the_role() -> None:
    (trust,) = json.loads(only(logs(), "aws_iam_role")["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:ec2:us-east-1:123456789012:vpc-flow-log/*"},
    }


def test_a_kms_key_encrypts_the_log_group_of_these_flow_logs_only() -> None:
    template = logs(own_key=True)
    ((arn, key),) = references(template, "aws_kms_key", "arn").items()
    group = only(template, "aws_cloudwatch_log_group")
    assert group["kms_key_id"] == arn
    assert (key["enable_key_rotation"], key["deletion_window_in_days"]) == (True, 7)
    statements = json.loads(key["policy"])["Statement"]
    administer, encrypt = sorted(statements, key=lambda one: "Service" in one["Principal"])
    assert administer["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert administer["Action"] == "kms:*"
    verbs = ("Decrypt*", "Describe*", "Encrypt*", "GenerateDataKey*", "ReEncrypt*")
    assert encrypt["Action"] == [f"kms:{verb}" for verb in verbs]
    assert encrypt["Principal"]["Service"].startswith("logs.us-east-1.")
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{group['name']}"
    assert encrypt["Condition"] == {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arn}}
