"""Responses of the emulated AWS that contradict ten claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pytest

from studio_emulator import services
from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.services import Check, Handler

Contradiction = Callable[[Handler, Params, Call], Answer | None]
"""Responds to a request; may call the emulator's own handler."""


def _accept(code: str, answer: Callable[[Params, Call], Answer]) -> Contradiction:
    """Respond with success where the emulator returns this error code."""

    def contradiction(handler: Handler, params: Params, call: Call) -> Answer | None:
        try:
            return handler(params, call)
        except AwsError as error:
            if error.code != code:
                raise
            return answer(params, call)

    return contradiction


def _without(params: Params, member: str) -> Params:
    """The parameters without this member at any depth, if it is empty or a string."""
    return {
        name: _without(value, member) if isinstance(value, dict) else value
        for name, value in params.items()
        if name != member or (value and not isinstance(value, str))
    }


def _short_wait(handler: Handler, params: Params, call: Call) -> Answer | None:
    if params.get("PendingWindowInDays", 30) < 7:
        return {"KeyId": params["KeyId"], "PendingWindowInDays": 3}
    return handler(params, call)


def _tagged_space(handler: Handler, params: Params, call: Call) -> Answer | None:
    answer = handler(params, call)
    if answer is not None and ":space/" in params["ResourceArn"]:
        answer["Tags"] = [*answer["Tags"], {"Key": "sagemaker:user-profile-arn", "Value": "x"}]
    return answer


def _other_code(_handler: Handler, _params: Params, _call: Call) -> Answer | None:
    raise AwsError("InvalidTarget", "The node is not known.")


def _arn(kind: str) -> Callable[[Params, Call], Answer]:
    return lambda _, call: {f"{kind}Arn": call.arn(f"{kind.lower()}/d-abcdefghijkl")}


CONTRADICTIONS: Mapping[str, tuple[str, str, Contradiction]] = {
    "kms-waiting-period": ("kms", "ScheduleKeyDeletion", _short_wait),
    "app-quota-names": ("service-quotas", "ListServiceQuotas", lambda *_: {"Quotas": []}),
    "domain-name-once": ("sagemaker", "CreateDomain", _accept("ResourceInUse", _arn("Domain"))),
    "names-without-case": (
        "sagemaker",
        "CreateUserProfile",
        _accept(
            "ResourceInUse", lambda _, call: {"UserProfileArn": call.arn("user-profile/d-a/b")}
        ),
    ),
    "tags-of-unknown-arn": (
        "sagemaker",
        "ListTags",
        _accept("ValidationException", lambda *_: {"Tags": []}),
    ),
    "space-untagged": ("sagemaker", "ListTags", _tagged_space),
    "unknown-node": ("ssm", "StartSession", _other_code),
    "lifecycle-config-cleared": (
        "sagemaker",
        "UpdateUserProfile",
        lambda handler, params, call: handler(_without(params, "LifecycleConfigArns"), call),
    ),
    "lifecycle-config-in-use": (
        "sagemaker",
        "DeleteStudioLifecycleConfig",
        _accept("ResourceInUse", lambda *_: {}),
    ),
    "update-space-app-type": (
        "sagemaker",
        "UpdateSpace",
        lambda handler, params, call: handler(_without(params, "AppType"), call),
    ),
}
"""The service, the operation and the response, by claim."""


def install(patch: pytest.MonkeyPatch) -> None:
    """Make the emulator of this process contradict all ten claims."""
    for service, operation, contradiction in CONTRADICTIONS.values():
        handlers, checks = services.HANDLERS.get(service, {}), services.CHECKS.get(service, {})
        check = checks.get(operation, lambda *_: None)
        own = partial(_respond, check, services.handler(service, operation))
        response = partial(contradiction, own)
        patch.setitem(services.HANDLERS, service, {**handlers, operation: response})
        patch.setitem(services.CHECKS, service, {**checks, operation: lambda *_: None})


def _respond(check: Check, handler: Handler, params: Params, call: Call) -> Answer | None:
    check(params, call)
    return handler(params, call)
