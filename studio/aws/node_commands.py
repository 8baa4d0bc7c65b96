"""Commands on a managed node, run by Systems Manager as root."""

from collections.abc import Sequence

from botocore.exceptions import ClientError

from studio.aws.nodes import Registration
from studio.aws.session import client, one_line
from studio.aws.waiting import moments
from studio.errors import StepFailed

_DOCUMENT = "AWS-RunShellScript"
_SECONDS = 60
_UNDER_WAY = frozenset({"Pending", "InProgress", "Delayed"})


def run(node: Registration, commands: Sequence[str]) -> str:
    """What the commands print. Raises UserError, StepFailed where one of them fails or is late."""
    ssm = client("ssm", node.region)
    with one_line("ssm"):
        sent = ssm.send_command(
            InstanceIds=[node.id],
            DocumentName=_DOCUMENT,
            Parameters={"commands": ["set -e", *commands], "executionTimeout": [str(_SECONDS)]},
            TimeoutSeconds=_SECONDS,
        )["Command"]["CommandId"]
    for _ in moments(2 * _SECONDS):
        with one_line("ssm"):
            try:
                seen = ssm.get_command_invocation(CommandId=sent, InstanceId=node.id)
            except ClientError as error:
                # Systems Manager does not know a new command everywhere at once.
                if error.response["Error"]["Code"] != "InvocationDoesNotExist":
                    raise
                seen = {"Status": "Pending"}
        if seen["Status"] == "Success":
            return str(seen["StandardOutputContent"])
        if seen["Status"] not in _UNDER_WAY:
            raise StepFailed(
                f"{node.id}: the command ended as {seen['Status']}: {seen['StandardErrorContent']}"
            )
    raise StepFailed(f"{node.id}: the command has not ended")
