"""Studio lifecycle configurations: immutable scripts that run when an app starts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.studio import usage
from studio_emulator.studio.call import Call
from studio_emulator.studio.filters import filtered, shown
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.listing import page
from studio_emulator.studio.store import mentions, store

_NAMING = ("BuiltInLifecycleConfigArn", "LifecycleConfigArn", "LifecycleConfigArns")
_KIND = "StudioLifecycleConfig"
_MEMBERS = tuple(f"{_KIND}{part}" for part in ("Name", "Content", "AppType"))


def create_studio_lifecycle_config(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """CreateStudioLifecycleConfig; the content has to be base64."""
    state, name = store(call), params["StudioLifecycleConfigName"]
    arn = call.arn(f"studio-lifecycle-config/{name.lower()}")
    if any(config.arn == arn for config in state.lifecycle_configs.values()):
        raise AwsError("ResourceInUse", f"Studio Lifecycle Config {arn} already exists.")
    try:
        base64.b64decode(params["StudioLifecycleConfigContent"], validate=True)
    except (binascii.Error, ValueError):
        raise AwsError(
            "ValidationException", "StudioLifecycleConfigContent must be base64 encoded."
        ) from None
    state.tag(arn, params.get("Tags"))
    state.lifecycle_configs[name] = Resource(
        type="studio-lifecycle-config",
        id=name,
        name=name,
        arn=arn,
        data={member: params[member] for member in _MEMBERS},
        status="CREATED",
        created=call.clock.now(),
    )
    return {"StudioLifecycleConfigArn": arn}


def describe_studio_lifecycle_config(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """DescribeStudioLifecycleConfig."""
    return shown(_find(params, call), kind=_KIND, status=False)


def list_studio_lifecycle_configs(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """ListStudioLifecycleConfigs."""
    wanted = params.get("AppTypeEquals")
    found = [
        config
        for config in filtered(store(call).lifecycle_configs.values(), params)
        if wanted in (None, config.data["StudioLifecycleConfigAppType"])
    ]

    def summary(config: Resource) -> dict[str, Any]:
        answer = shown(config, kind=_KIND, status=False)
        del answer["StudioLifecycleConfigContent"]
        return answer

    return page(found, params, "StudioLifecycleConfigs", summary, ascending=False)


def delete_studio_lifecycle_config(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """DeleteStudioLifecycleConfig.

    Refused while a running app uses it, or a domain, user profile or space has it attached:
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteStudioLifecycleConfig.html
    """
    config, state = _find(params, call), store(call)
    users = [
        user
        for user in (*usage.holders(state), *usage.running(state))
        if any(mentions(user.data, member, config.arn) for member in _NAMING)
    ]
    usage.refuse_when_used(config, users)
    del state.lifecycle_configs[config.name]
    state.tags.pop(config.arn, None)
    return {}


def _find(params: dict[str, Any], call: Call) -> Resource:
    name = params["StudioLifecycleConfigName"]
    config = store(call).lifecycle_configs.get(name)
    if config is None:
        raise AwsError("ResourceNotFound", f"Studio Lifecycle Config {name} does not exist.")
    return config


OPERATIONS: Mapping[str, Callable[[dict[str, Any], Call], dict[str, Any]]] = {
    "CreateStudioLifecycleConfig": create_studio_lifecycle_config,
    "DescribeStudioLifecycleConfig": describe_studio_lifecycle_config,
    "ListStudioLifecycleConfigs": list_studio_lifecycle_configs,
    "DeleteStudioLifecycleConfig": delete_studio_lifecycle_config,
}
