"""App image configs: how an image runs as one type of app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.studio.call import Call
from studio_emulator.studio.filters import filtered, shown
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.listing import page
from studio_emulator.studio.store import store

_KIND = "AppImageConfig"
_FILE_SYSTEM_DEFAULTS = {"MountPath": "/home/sagemaker-user", "DefaultUid": 1000, "DefaultGid": 100}

# Member that configures an app type -> the pairs of uid and gid that AWS accepts for it.
# Classic: https://docs.aws.amazon.com/sagemaker/latest/dg/studio-byoi-specs.html; the others, and
# the message, are in https://github.com/hashicorp/terraform-provider-aws/issues/40976.
_USERS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "KernelGatewayImageConfig": ((0, 0), (1000, 100)),
    "JupyterLabAppImageConfig": ((1000, 100),),
    "CodeEditorAppImageConfig": ((1000, 100),),
}


def create_app_image_config(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """CreateAppImageConfig, with the settings of at most one app type."""
    state, name = store(call), params["AppImageConfigName"]
    arn = call.arn(f"app-image-config/{name.lower()}")
    if any(config.arn == arn for config in state.app_image_configs.values()):
        raise AwsError("ResourceInUse", "The ID or Name specified is already in use.")
    data = {"AppImageConfigName": name, **_settings(params)}
    state.tag(arn, params.get("Tags"))
    state.app_image_configs[name] = Resource(
        type="app-image-config",
        id=name,
        name=name,
        arn=arn,
        data=data,
        status="CREATED",
        created=call.clock.now(),
    )
    return {"AppImageConfigArn": arn}


def describe_app_image_config(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """DescribeAppImageConfig."""
    return shown(_find(params, call), kind=_KIND, status=False)


def list_app_image_configs(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """ListAppImageConfigs."""
    found = filtered(store(call).app_image_configs.values(), params)

    def summary(config: Resource) -> dict[str, Any]:
        return shown(config, kind=_KIND, status=False)

    return page(found, params, "AppImageConfigs", summary, ascending=False)


def update_app_image_config(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """UpdateAppImageConfig: the settings of its app type as a whole."""
    config = _find(params, call)
    settings = _settings(params)
    others = sorted(config.data.keys() & _USERS.keys() - settings.keys())
    if settings and others:
        raise AwsError("ValidationException", f"{config.name} already has a {others[0]}.")
    config.data |= settings
    config.modified = call.clock.now()
    return {"AppImageConfigArn": config.arn}


def delete_app_image_config(params: dict[str, Any], call: Call) -> dict[str, Any]:
    """DeleteAppImageConfig, attached or not: the API models no ResourceInUse for it."""
    config = _find(params, call)
    state = store(call)
    del state.app_image_configs[config.name]
    state.tags.pop(config.arn, None)
    return {}


def _find(params: dict[str, Any], call: Call) -> Resource:
    name = params["AppImageConfigName"]
    config = store(call).app_image_configs.get(name)
    if config is None:
        raise AwsError("ResourceNotFound", f"AppImageConfig {name} does not exist.")
    return config


def _settings(params: dict[str, Any]) -> dict[str, Any]:
    given = {member: dict(params[member]) for member in _USERS if member in params}
    if len(given) > 1:
        raise AwsError("ValidationException", f"Only one of {', '.join(_USERS)} can be specified.")
    for member, settings in given.items():
        if "FileSystemConfig" not in settings:
            continue
        file_system = {**_FILE_SYSTEM_DEFAULTS, **settings["FileSystemConfig"]}
        settings["FileSystemConfig"] = file_system
        allowed = _USERS[member]
        if (file_system["DefaultUid"], file_system["DefaultGid"]) not in allowed:
            pairs = " or ".join(f"{uid} and {gid}" for uid, gid in allowed)
            raise AwsError(
                "ValidationException",
                "Unsupported FileSystemConfig parameters. Only supported values of DefaultUId "
                f"and DefaultGID are {pairs} respectively",
            )
    return given


OPERATIONS: Mapping[str, Callable[[dict[str, Any], Call], dict[str, Any]]] = {
    "CreateAppImageConfig": create_app_image_config,
    "DescribeAppImageConfig": describe_app_image_config,
    "ListAppImageConfigs": list_app_image_configs,
    "UpdateAppImageConfig": update_app_image_config,
    "DeleteAppImageConfig": delete_app_image_config,
}
