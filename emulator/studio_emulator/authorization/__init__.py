"""Checks the caller's policies, for the registry too; which requests need no permission.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
The root user may do everything that no bucket policy denies.
"""

from collections.abc import Iterable
from typing import Any

from studio_emulator import service_errors
from studio_emulator.authorization import ec2, kms, other_services, s3, sagemaker
from studio_emulator.authorization.permissions import Permission, request_keys
from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam.callers import Caller, refusal_text
from studio_emulator.iam.policy import Decision
from studio_emulator.protocol import Operation
from studio_emulator.registry.tokens import Grant

_NOT_CHECKED_HERE = frozenset(
    {
        # Their own modules check these.
        ("s3", "DeleteObjects"),
        ("sagemaker", "StartSession"),
        ("ssm", "ResumeSession"),
        ("ssm", "SendCommand"),
        ("ssm", "StartSession"),
        ("ssm", "TerminateSession"),
        ("sts", "AssumeRole"),
        # AWS needs no permission for these.
        ("sts", "GetCallerIdentity"),
        ("sts", "GetSessionToken"),
    }
)


def check(operation: Operation, params: Params, call: Call) -> None:
    """AwsError with the service's code if the caller's policies do not allow the request."""
    text = refusal(operation.service, operation.name, params, call)
    if text is not None:
        raise service_errors.error_of(operation.model.service_model, "denied", reason=text)


def refusal(service: str, operation: str, params: Params, call: Call) -> str | None:
    """Why the caller's policies do not allow the request; None if they do."""
    if (service, operation) in _NOT_CHECKED_HERE:
        return None
    caller = call.caller
    if caller is None:
        return s3.refusal_of_root(operation, params, call) if service == "s3" else None
    return _refusal(_permissions(service, operation, params, call), caller, call)


def check_registry(grant: Grant, action: str, repository: str, call: Call) -> None:
    """AwsError DENIED if the policies of the token's owner do not allow an action on a repository.

    The registry of another account denies every request.
    """
    caller = call.caller
    if caller is None and grant.caller == call.arn("root", "iam"):
        return
    (permission,) = other_services.permissions("ecr", action, {"repositoryName": repository}, call)
    text: str | None = (
        f"User: {grant.caller} is not authorized to perform: {permission.action} on resource: "
        f"{permission.resources[0]}"
    )
    if caller is not None and caller.arn == grant.caller:
        text = _refusal([permission], caller, call)
    if text is not None:
        raise AwsError("DENIED", text, 403)


def _refusal(permissions: Iterable[Permission], caller: Caller, call: Call) -> str | None:
    """The message for the first permission that the caller does not have, if any."""
    for permission in permissions:
        decided = _decide(permission, caller, {**request_keys(call), **permission.context})
        if decided is not Decision.ALLOWED:
            return refusal_text(caller, permission.action, permission.resources[0], decided)
    return None


def _permissions(service: str, operation: str, params: Params, call: Call) -> Iterable[Permission]:
    own: Any = {"ec2": ec2, "kms": kms, "s3": s3, "sagemaker": sagemaker}.get(service)
    if own is None:
        return other_services.permissions(service, operation, params, call)
    found: Iterable[Permission] = own.permissions(operation, params, call)
    return found


def _decide(permission: Permission, caller: Caller, context: dict[str, Any]) -> Decision:
    combine = permission.with_resource_policy
    asked = [(permission.action, resource, context) for resource in permission.resources]
    by_identity = _first(caller.decide(*each) for each in asked)
    if combine is None:
        return by_identity
    return combine(by_identity, _first(caller.limit(*each) for each in asked), caller, context)


def _first(found: Iterable[Decision]) -> Decision:
    """The decision on the forms of one ARN: denied or allowed if one of them is."""
    order = (Decision.DENIED, Decision.ALLOWED, Decision.IMPLICIT_DENY)
    return min(found, key=order.index)
