"""Runs commands on a managed node, through Systems Manager as root."""

from collections.abc import Sequence

from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.aws.nodes import Registration
from studio.aws.waiting import moments
from studio.errors import StepFailed

_DOCUMENT = "AWS-RunShellScript"
_SECONDS = 60
_RUNNING = frozenset({"Pending", "InProgress", "Delayed"})


def run_commands(aws: Aws, node: Registration, commands: Sequence[str]) -> str:
    """Run commands; returns their output. Raises AwsError, StepFailed if one fails or times out."""
    ssm = aws.client("ssm")
    sent = ssm.send_command(
        InstanceIds=[node.id],
        DocumentName=_DOCUMENT,
        Parameters={"commands": ["set -e", *commands], "executionTimeout": [str(_SECONDS)]},
        TimeoutSeconds=_SECONDS,
    )["Command"]["CommandId"]
    for _ in moments(2 * _SECONDS):
        seen = {"Status": "Pending"}
        # Systems Manager shows a new command after a moment.
        with ignoring("InvocationDoesNotExist"):
            seen = ssm.get_command_invocation(CommandId=sent, InstanceId=node.id)
        if seen["Status"] == "Success":
            return str(seen["StandardOutputContent"])
        if seen["Status"] not in _RUNNING:
            raise StepFailed(
                f"{node.id}: the command ended as {seen['Status']}: {seen['StandardErrorContent']}"
            )
    raise StepFailed(f"{node.id}: the command has not ended")
