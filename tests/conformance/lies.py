"""Answers of the emulated AWS that contradict ten claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pytest

from studio_emulator import services
from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.services import Handler

Lie = Callable[[Handler, Params, Call], Answer | None]
"""Answers a request in place of the emulator's own handler, which it may ask."""


def _accept(code: str, answer: Callable[[Params, Call], Answer]) -> Lie:
    """Answer as if it had been done what the emulator refuses with that code."""

    def lie(ask: Handler, params: Params, call: Call) -> Answer | None:
        try:
            return ask(params, call)
        except AwsError as error:
            if error.code != code:
                raise
            return answer(params, call)

    return lie


def _without(params: Params, member: str) -> Params:
    """The parameters without that member, at any depth, where it is empty or a text."""
    return {
        name: _without(value, member) if isinstance(value, dict) else value
        for name, value in params.items()
        if name != member or (value and not isinstance(value, str))
    }


def _short_wait(ask: Handler, params: Params, call: Call) -> Answer | None:
    if params.get("PendingWindowInDays", 30) < 7:
        return {"KeyId": params["KeyId"], "PendingWindowInDays": 3}
    return ask(params, call)


def _tagged_space(ask: Handler, params: Params, call: Call) -> Answer | None:
    answer = ask(params, call)
    if answer is not None and ":space/" in params["ResourceArn"]:
        answer["Tags"] = [*answer["Tags"], {"Key": "sagemaker:user-profile-arn", "Value": "x"}]
    return answer


def _other_code(_ask: Handler, _params: Params, _call: Call) -> Answer | None:
    raise AwsError("InvalidTarget", "The node is not known.")


def _arn(kind: str) -> Callable[[Params, Call], Answer]:
    return lambda _, call: {f"{kind}Arn": call.arn(f"{kind.lower()}/d-abcdefghijkl")}


LIES: Mapping[str, tuple[str, str, Lie]] = {
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
        lambda ask, params, call: ask(_without(params, "LifecycleConfigArns"), call),
    ),
    "lifecycle-config-in-use": (
        "sagemaker",
        "DeleteStudioLifecycleConfig",
        _accept("ResourceInUse", lambda *_: {}),
    ),
    "update-space-app-type": (
        "sagemaker",
        "UpdateSpace",
        lambda ask, params, call: ask(_without(params, "AppType"), call),
    ),
}
"""By the claim that it contradicts: service, operation and lie."""


def tell(patch: pytest.MonkeyPatch) -> None:
    """Let the emulator of this process answer with all of them."""
    for service, operation, lie in LIES.values():
        honest = services.handler(service, operation)
        table = services.HANDLERS.get(service, {})
        answer = partial(lie, honest)
        patch.setitem(services.HANDLERS, service, {**table, operation: answer})
