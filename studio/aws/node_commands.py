"""Commands on a managed node, run by Systems Manager as root."""

from collections.abc import Sequence

from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.aws.nodes import Registration
from studio.aws.waiting import moments
from studio.errors import StepFailed

_DOCUMENT = "AWS-RunShellScript"
_SECONDS = 60
_UNDER_WAY = frozenset({"Pending", "InProgress", "Delayed"})


def run_commands(aws: Aws, node: Registration, commands: Sequence[str]) -> str:
    """What the commands print. Raises AwsError, StepFailed if a command fails or takes too long."""
    ssm = aws.client("ssm")
    sent = ssm.send_command(
        InstanceIds=[node.id],
        DocumentName=_DOCUMENT,
        Parameters={"commands": ["set -e", *commands], "executionTimeout": [str(_SECONDS)]},
        TimeoutSeconds=_SECONDS,
    )["Command"]["CommandId"]
    for _ in moments(2 * _SECONDS):
        seen = {"Status": "Pending"}
        # Systems Manager takes a moment to show a new command.
        with ignoring("InvocationDoesNotExist"):
            seen = ssm.get_command_invocation(CommandId=sent, InstanceId=node.id)
        if seen["Status"] == "Success":
            return str(seen["StandardOutputContent"])
        if seen["Status"] not in _UNDER_WAY:
            raise StepFailed(
                f"{node.id}: the command ended as {seen['Status']}: {seen['StandardErrorContent']}"
            )
    raise StepFailed(f"{node.id}: the command has not ended")
