"""CloudWatch Logs: log groups with keys, retention and classes, and log events."""

import math
from functools import partial
from typing import Any

from studio_emulator import paging
from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam.policy import decide, granting, statements, trusting, valid_statements
from studio_emulator.moto_internals.resources import matches_pattern
from studio_emulator.services import key_states

_invalid = partial(AwsError, "InvalidParameterException")
_not_found = partial(AwsError, "ResourceNotFoundException")
_ON_A_PAGE = 50
_EVENTS_ON_A_PAGE = 10_000
_BATCH_BYTES, _EVENT_BYTES = 1_048_576, 26
_DAY = 24 * 3600
# RetentionInDays in
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
         2922, 3288, 3653)  # fmt: skip
# The service's operations on the key of a log group:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
_USES = ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "DescribeKey")


def check_key(params: Params, call: Call) -> None:
    """The key must be symmetric and enabled, and its policy must allow the service to use it.

    Code and message are in hashicorp/terraform-provider-aws#29282.
    """
    key_arn, name = params.get("kmsKeyId"), params.get("logGroupName")
    if not key_arn or not name:
        return
    group_arn = call.arn(f"log-group:{name}", "logs")
    key = next((k for k in call.backend("kms").keys.values() if k.arn == key_arn), None)
    if (
        key is None
        or (key.key_state, key.key_spec) != ("Enabled", key_states.SYMMETRIC)
        or not _may_use(key.policy, group_arn, call)
    ):
        raise AwsError(
            "AccessDeniedException",
            "The specified KMS key does not exist or is not allowed to be used with Arn "
            f"'{group_arn}'",
        )


def check_create_log_group(params: Params, call: Call) -> None:
    """Check the name and the key.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    """
    if params["logGroupName"].startswith("aws/"):
        raise _invalid("Log group names can't start with the string aws/")
    check_key(params, call)


def check_put_log_events(params: Params, call: Call) -> None:
    """Check the size of a batch of events and, of its valid events, the time span.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
    """
    events = params["logEvents"]
    if sum(len(event["message"].encode()) + _EVENT_BYTES for event in events) > _BATCH_BYTES:
        raise _invalid(f"Upload too large: more than {_BATCH_BYTES} bytes")
    now = call.clock.now()
    moments = [event["timestamp"] / 1000 for event in events]
    valid = [each for each in moments if now - 14 * _DAY <= each <= now + 2 * 3600]
    if valid and max(valid) - min(valid) > _DAY:
        raise _invalid(
            "The batch of log events in a single request cannot span more than 24 hours."
        )


def check_put_retention_policy(params: Params, _call: Call) -> None:
    """The period must be one that CloudWatch Logs offers."""
    days = params["retentionInDays"]
    if days not in _DAYS:
        listed = ", ".join(map(str, _DAYS))
        raise _invalid(
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{listed}]"
        )


def check_put_resource_policy(params: Params, _: Call) -> None:
    """The policy must be a JSON document with statements."""
    try:
        parsed = valid_statements(params.get("policyDocument", ""))
    except ValueError as bad:
        raise _invalid(f"The policy document is not valid: {bad}") from bad
    if not parsed:
        raise _invalid("The policy document has no statements.")


def check_delete_metric_filter(params: Params, call: Call) -> None:
    """The metric filter must exist."""
    group = _group(params, call)
    held = call.backend("logs").filters.metric_filters
    named = (params["filterName"], group.name)
    if not any((one["filterName"], one["logGroupName"]) == named for one in held):
        raise _not_found("The specified metric filter does not exist.")


def check_tag_resource(params: Params, call: Call) -> None:
    """The log group must exist."""
    kind, _, name = params["resourceArn"].partition(":log-group:")
    if name and name.removesuffix(":*") not in call.backend("logs").groups:
        raise _not_found(f"Resource {kind}:log-group:{name} does not exist.")


def describe_log_groups(params: Params, call: Call) -> Answer:
    """DescribeLogGroups, with the filters that moto ignores."""
    prefix, pattern = params.get("logGroupNamePrefix", ""), params.get("logGroupNamePattern", "")
    identifiers = params.get("logGroupIdentifiers")
    if prefix and pattern:
        raise _invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        )
    found, token = paging.page(
        (
            group
            for group in call.backend("logs").groups.values()
            if group.name.startswith(prefix)
            and pattern in group.name
            and (identifiers is None or not {group.name, group.arn}.isdisjoint(identifiers))
        ),
        key=lambda group: [group.name],
        size=params.get("limit", _ON_A_PAGE),
        token=params.get("nextToken"),
    )
    answer = {
        "logGroups": [
            {"logGroupClass": getattr(group, "log_class", "STANDARD")} | group.to_describe_dict()
            for group in found
        ]
    }
    return {**answer, **({"nextToken": token} if token else {})}


def filter_log_events(params: Params, call: Call) -> Answer:
    """FilterLogEvents: the events of all selected streams, in the order of their timestamps.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
    """
    names, prefix = params.get("logStreamNames"), params.get("logStreamNamePrefix", "")
    if names and prefix:
        raise _invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
    group = _group(params, call)
    for name in names or []:
        if name not in group.streams:
            raise _not_found("The specified log stream does not exist.")
    chosen = names or [name for name in group.streams if name.startswith(prefix)]
    first, last = params.get("startTime", 0), params.get("endTime", math.inf)
    shown, token = paging.page(
        (
            {"logStreamName": name, **event.to_filter_dict()}
            for name in chosen
            for event in group.streams[name].events
            if first <= event.timestamp <= last
            and matches_pattern(event.message, params.get("filterPattern", ""))
        ),
        key=lambda event: [event["timestamp"], event["logStreamName"], int(event["eventId"])],
        size=params.get("limit", _EVENTS_ON_A_PAGE),
        token=params.get("nextToken"),
    )
    searched = [{"logStreamName": name, "searchedCompletely": not token} for name in chosen]
    answer = {"events": shown, "searchedLogStreams": searched}
    return {**answer, **({"nextToken": token} if token else {})}


def _group(params: Params, call: Call) -> Any:
    """The log group by its name or ARN."""
    wanted = params.get("logGroupIdentifier") or params.get("logGroupName")
    for group in call.backend("logs").groups.values():
        if wanted in (group.name, group.arn):
            return group
    raise _not_found("The specified log group does not exist.")


def _may_use(policy: str, group_arn: str, call: Call) -> bool:
    context = {
        "kms:EncryptionContext:aws:logs:arn": group_arn,
        "aws:SourceAccount": call.account,
        "aws:SourceArn": group_arn,
    }
    service = f"logs.{call.region}.amazonaws.com"
    parsed = statements(policy)
    # The principal {"AWS": "*"} includes services: the acceptance tests of Terraform's provider use
    # such keys for log groups.
    return all(
        decide(
            [*trusting(parsed, service, action, context), *granting(parsed, (), action, context)]
        )
        for action in (f"kms:{use}" for use in _USES)
    )


def amend_create_log_group(params: Params, call: Call, answer: Answer) -> Answer:
    """Store a new log group's class, which moto does not."""
    _group(params, call).log_class = params.get("logGroupClass", "STANDARD")
    return answer


check_associate_kms_key = check_key
