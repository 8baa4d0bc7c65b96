"""The permissions that a request requires."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio_emulator.call import Call
from studio_emulator.iam.callers import Caller
from studio_emulator.iam.policy import Decision

Combine = Callable[[Decision, Decision, Caller, Mapping[str, Any]], Decision]


@dataclass(frozen=True, kw_only=True)
class Permission:
    """resources: an ARN, or the forms of one ARN that a policy can name.

    context: the request's condition keys. with_resource_policy: combines the decision of the
    identity-based policies with that of the resource's policy, if it can have one.
    """

    action: str
    resources: tuple[str, ...] = ("*",)
    context: Mapping[str, Any] = field(default_factory=dict)
    with_resource_policy: Combine | None = None


def request_keys(call: Call) -> dict[str, Any]:
    """The condition keys of every request.

    The emulator's HTTP on loopback replaces AWS's endpoints, which use TLS.
    """
    return {"aws:RequestedRegion": call.region, "aws:SecureTransport": True}


def pass_role(role_arn: str, service: str) -> Permission:
    """The permission to pass a role to a service."""
    return Permission(
        action="iam:PassRole",
        resources=(role_arn,),
        context={"iam:PassedToService": service},
    )


def request_tags(tags: Iterable[Mapping[str, str]] | Mapping[str, str] | None) -> dict[str, Any]:
    """The condition keys of a request's tags."""
    if not tags:
        return {}
    pairs: dict[str, str] = {}
    if isinstance(tags, Mapping):
        pairs = dict(tags)
    else:
        for tag in tags:
            lower = {name.lower().removeprefix("tag"): value for name, value in tag.items()}
            pairs[lower["key"]] = lower.get("value", "")
    named = {f"aws:RequestTag/{key}": value for key, value in pairs.items()}
    return {**named, "aws:TagKeys": list(pairs)}
