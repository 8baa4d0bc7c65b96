"""EC2's ClientToken: a repeated request returns the response of the first one."""

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.protocol import Operation
from studio_emulator.wsgi import Reply

_REPLIES: dict[tuple[str, ...], tuple[Params, Reply]] = {}
"""The parameters and the reply of each successful request with a token."""


def first_reply(operation: Operation, params: Params, call: Call) -> Reply | None:
    """The reply to an earlier request with the same token and parameters, if any.

    IdempotentParameterMismatch if the parameters differ.
    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
    """
    before, reply = _REPLIES.get(_key(operation, params, call), (params, None))
    if before != params:
        message = "The request has the client token of another request, but other parameters."
        raise AwsError("IdempotentParameterMismatch", message)
    return reply


def keep(operation: Operation, params: Params, call: Call, reply: Reply) -> Reply:
    """Store the reply of a request that succeeded, if it has a token; the reply."""
    if operation.service == "ec2" and params.get("ClientToken") and reply.status < 300:
        _REPLIES[_key(operation, params, call)] = params, reply
    return reply


def forget() -> None:
    """Delete all replies."""
    _REPLIES.clear()


def _key(operation: Operation, params: Params, call: Call) -> tuple[str, ...]:
    token = params.get("ClientToken", "") if operation.service == "ec2" else ""
    return call.account, call.region, operation.name, token
