"""Studio lifecycle configurations: immutable scripts that run when an app starts."""

import base64
import binascii
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.studio import lookup, usage
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.listing import filtered, page
from studio_emulator.studio.refusals import invalid
from studio_emulator.studio.store import store
from studio_emulator.studio.tags import set_tags

_KIND = "StudioLifecycleConfig"
_MEMBERS = tuple(f"{_KIND}{part}" for part in ("Name", "Content", "AppType"))


def create_studio_lifecycle_config(params: Params, call: Call) -> Answer:
    """CreateStudioLifecycleConfig; the content must be base64."""
    state, name = store(call), params["StudioLifecycleConfigName"]
    taken = "Studio Lifecycle Config {arn} already exists."
    arn = lookup.new_arn(call, state.lifecycle_configs, f"studio-lifecycle-config/{name}", taken)
    try:
        base64.b64decode(params["StudioLifecycleConfigContent"], validate=True)
    except (binascii.Error, ValueError):
        raise invalid("StudioLifecycleConfigContent must be base64 encoded.") from None
    set_tags(state, arn, params.get("Tags"))
    state.lifecycle_configs[name] = Resource(
        name=name,
        arn=arn,
        data={member: params[member] for member in _MEMBERS} | {f"{_KIND}Arn": arn},
        status="CREATED",
        created=call.clock.now(),
    )
    return {"StudioLifecycleConfigArn": arn}


def describe_studio_lifecycle_config(params: Params, call: Call) -> Answer:
    return _find(params, call).without_status()


def list_studio_lifecycle_configs(params: Params, call: Call) -> Answer:
    wanted = params.get("AppTypeEquals")
    found = [
        config
        for config in filtered(store(call).lifecycle_configs.values(), params)
        if wanted in (None, config.data["StudioLifecycleConfigAppType"])
    ]

    def summary(config: Resource) -> dict[str, Any]:
        answer = config.without_status()
        del answer["StudioLifecycleConfigContent"]
        return answer

    return page(found, params, "StudioLifecycleConfigs", summary, ascending=False)


def delete_studio_lifecycle_config(params: Params, call: Call) -> Answer:
    """DeleteStudioLifecycleConfig.

    Refused while a running app uses it, or while it is attached to a domain, user profile or space:
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteStudioLifecycleConfig.html
    """
    config, state = _find(params, call), store(call)
    usage.refuse_used_script(config, state)
    del state.lifecycle_configs[config.name]
    state.tags.pop(config.arn, None)
    return {}


def _find(params: Params, call: Call) -> Resource:
    name = params["StudioLifecycleConfigName"]
    missing = f"Studio Lifecycle Config {name} does not exist."
    return lookup.existing(store(call).lifecycle_configs, name, missing)
