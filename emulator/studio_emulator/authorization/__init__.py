"""Whether the caller's identity policies allow a request.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
The account's root may do everything. Operations whose own modules check more than policies
(sessions, commands) are left to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from studio_emulator import protocol
from studio_emulator.authorization import ec2, kms, others, s3, sagemaker
from studio_emulator.authorization.needs import Need
from studio_emulator.errors import AwsError
from studio_emulator.iam.callers import Caller, refusal_text
from studio_emulator.iam.policy import Decision
from studio_emulator.protocol import Operation
from studio_emulator.registry.tokens import Grant
from studio_emulator.studio.call import Call

_CHECKED_THEMSELVES = frozenset(
    {
        ("sagemaker", "StartSession"),
        ("ssm", "ResumeSession"),
        ("ssm", "SendCommand"),
        ("ssm", "StartSession"),
        ("ssm", "TerminateSession"),
        # The trust policy decides with the caller's; see services/iam.py.
        ("sts", "AssumeRole"),
        # AWS needs no permission for these.
        ("sts", "GetCallerIdentity"),
        ("sts", "GetSessionToken"),
    }
)


def check(operation: Operation, params: dict[str, Any], call: Call) -> None:
    """AwsError in the service's words where the caller may not send this request."""
    caller = call.caller
    if caller is None or (operation.service, operation.name) in _CHECKED_THEMSELVES:
        return
    text = _refusal(_needs(operation, params, call), caller, call)
    if text is not None:
        raise protocol.denied(operation.model.service_model, text)


def check_registry(grant: Grant, action: str, repository: str, call: Call) -> None:
    """AwsError DENIED where whoever asked for a token may not do that with a repository.

    The emulated registry of another account lets nobody in, whatever its policies are.
    """
    caller = call.caller
    root = f"arn:{call.partition}:iam::{call.account}:root"
    if caller is None and grant.caller == root:
        return
    (need,) = others.needs("ecr", action, {"repositoryName": repository}, call)
    text: str | None = (
        f"User: {grant.caller} is not authorized to perform: {need.action} on resource: "
        f"{need.resources[0]}"
    )
    if caller is not None and caller.arn == grant.caller:
        text = _refusal([need], caller, call)
    if text is not None:
        raise AwsError("DENIED", text, 403)


def _refusal(needs: Iterable[Need], caller: Caller, call: Call) -> str | None:
    """Why the caller may not, where one of the needs is not met."""
    own = {"aws:RequestedRegion": call.region, "aws:SecureTransport": True}
    for need in needs:
        decided = _decide(need, caller, {**own, **need.context})
        if decided is not Decision.ALLOWED:
            return refusal_text(caller, need.action, need.resources[0], decided)
    return None


def _needs(operation: Operation, params: dict[str, Any], call: Call) -> Iterable[Need]:
    match operation.service:
        case "sagemaker":
            return sagemaker.needs(operation.name, params, call)
        case "ec2":
            return ec2.needs(operation.name, params, call)
        case "s3":
            return s3.needs(operation.name, {**params, **operation.path_members}, call)
        case "kms":
            return kms.needs(operation.name, params, call)
    return others.needs(operation.service, operation.name, params, call)


def _decide(need: Need, caller: Caller, context: dict[str, Any]) -> Decision:
    found = {caller.decide(need.action, resource, context) for resource in need.resources}
    order = (Decision.DENIED, Decision.ALLOWED, Decision.UNMENTIONED)
    by_identity = next(decision for decision in order if decision in found)
    return need.with_resource_policy(by_identity, caller, context)
