"""The logs of apps in CloudWatch Logs."""

from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.aws.spaces import APP_NAME, Space

LOG_GROUP = "/aws/sagemaker/studio"
"""The logs of all Studio apps in a region; the name of a stream begins with the domain's id
(docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html)."""
_LINES = 3


def last_lines(aws: Aws, space: Space) -> str:
    """The last lines of the app's log in one line; "" without a log or access to it."""
    stream = f"{space.domain_id}/{space.name}/{space.app_type}/{APP_NAME}"
    try:
        answer = aws.client("logs").get_log_events(
            logGroupName=LOG_GROUP, logStreamName=stream, limit=_LINES, startFromHead=False
        )
    except AwsError:
        return ""
    return " | ".join(event["message"].strip() for event in answer["events"])
